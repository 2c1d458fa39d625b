/** Loads a module that the user wrote, by its URL. The built program is given this function: see `built-program.ts`. */
export const importModule = async (url: string): Promise<{ readonly default?: unknown }> =>
  import(/* @vite-ignore */ url);
