import type { MemberContent } from '../../../symbols/object-format.js';
import type { AdviceDetector } from '../detector.js';

/** C runtimes of MSVC by what they are linked as: each has its own heap, locale and standard streams. */
const RUNTIMES: readonly [RegExp, string][] = [
  [/^libcmt$/, 'the static runtime'],
  [/^libcmtd$/, 'the static debug runtime'],
  [/^msvcrt$/, 'the DLL runtime'],
  [/^msvcrtd$/, 'the DLL debug runtime'],
];

/** Objects of one program require different C runtimes. */
export const sameCrt: AdviceDetector = {
  code: 'same-crt',
  detect({ state, label }) {
    const [{ subject, resolutions }] = state.links;
    const { contents, format } = subject.opened.inputs;
    if (format !== 'coff') return null;
    const requested = new Map<string, { readonly library: string; readonly by: number }>();
    for (const member of resolutions[0].loaded)
      for (const library of librariesOf(contents[member])) {
        const runtime = runtimeOf(library);
        if (runtime !== undefined && !requested.has(runtime)) requested.set(runtime, { library, by: member });
      }
    if (requested.size < 2) return null;
    const sides = [...requested].map(
      ([runtime, { library, by }]) => `${label(by)} requests ${library} (${runtime})`,
    );
    return {
      code: this.code,
      text: `${sides.join(', ')}: the program has two C runtimes, with a heap, a locale and streams each, and must not free in one what the other allocated. Compile all objects with the same one of /MT, /MTd, /MD, /MDd (CMake: MSVC_RUNTIME_LIBRARY)`,
    };
  },
};

const runtimeOf = (library: string): string | undefined => {
  const stem = library.toLowerCase().replace(/\.lib$/, '');
  return RUNTIMES.find(([pattern]) => pattern.test(stem))?.[1];
};

/** Default libraries in the directives of an object. */
function librariesOf(content: MemberContent): string[] {
  if (content.kind !== 'object') return [];
  return content.info.sideEffects
    .filter(({ kind }) => kind === 'linker-options')
    .flatMap(({ entries }) => entries.flatMap(defaultLibraries));
}

const defaultLibraries = (text: string): string[] =>
  [...text.matchAll(/[/-]defaultlib:(?:"([^"]*)"|(\S+))/gi)].map(([, quoted, plain]) => quoted ?? plain);
