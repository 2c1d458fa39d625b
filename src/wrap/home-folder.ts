import { homedir, userInfo } from 'node:os';

/** The home folder; null without one: a build in a container may run under a user id without an account. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment.HOME) return environment.HOME;
  try {
    return homedir() || userInfo().homedir;
  } catch {
    return null;
  }
}
