import { linkerName } from '../link/command/linker-name.js';
import { splitWindowsCommandLine } from '../link/command/response-file.js';
import type { LinkerId } from '../link/linkers/linker-profile.js';
import { baseName, type ToolKind } from './tool-name.js';

/**
 * Variables that change which linker runs, where it searches for libraries, or what its options are. A line means the
 * same only where all of them are the same.
 *
 * Source: "Environment Variables Affecting GCC"; clang/lib/Driver (`getenv`, `GetEnv`); ld/ldmain.c, ld/ldemul.c,
 * ld/ldelf.c; lld/COFF/Driver.cpp and DriverUtils.cpp; lld/MachO/Driver.cpp; ld64 src/ld/Options.cpp; `man xcrun`;
 * Microsoft's linker reference, "LINK environment variables".
 */
const VARIABLES = [
  // Which program runs.
  ...['PATH', 'COMPILER_PATH', 'GCC_EXEC_PREFIX', 'DEVELOPER_DIR', 'TOOLCHAINS'],
  // Where files are searched.
  ...['LIBRARY_PATH', 'LPATH', 'LD_LIBRARY_PATH', 'LD_RUN_PATH', 'LIB', 'SDKROOT', 'HOME'],
  ...[
    'VCToolsInstallDir',
    'VCINSTALLDIR',
    'VSINSTALLDIR',
    'WindowsSdkDir',
    'WindowsSDKVersion',
    'UniversalCRTSdkDir',
    'UCRTVersion',
  ],
  // Options, formats and target systems.
  ...[
    'CCC_OVERRIDE_OPTIONS',
    'CL',
    '_CL_',
    'LINK',
    '_LINK_',
    'GNUTARGET',
    'LDEMULATION',
    'CLANG_NO_DEFAULT_CONFIG',
  ],
  ...[
    'MACOSX_DEPLOYMENT_TARGET',
    'IPHONEOS_DEPLOYMENT_TARGET',
    'TVOS_DEPLOYMENT_TARGET',
    'WATCHOS_DEPLOYMENT_TARGET',
  ],
  ...['XROS_DEPLOYMENT_TARGET', 'DRIVERKIT_DEPLOYMENT_TARGET', 'LD_DYLIB_CPU_SUBTYPES_MUST_MATCH'],
];

/** Environment variables that a link depends on. */
export const linkVariables = (environment: NodeJS.ProcessEnv): (readonly [string, string])[] =>
  Object.entries(environment)
    .flatMap(([name, value]): [string, string][] =>
      value !== undefined && (VARIABLES.includes(name) || name.startsWith('ARDEDUP_REAL_'))
        ? [[name, value]]
        : [],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The arguments of a line with those of the environment, and the environment without them. */
export interface WholeLine {
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Adds the options that Microsoft's linker and lld-link take from LINK, before those of the line, and from _LINK_,
 * after them.
 *
 * Source: Microsoft's linker reference, "LINK environment variables"; lld/COFF/DriverUtils.cpp `ArgParser::addLINK`.
 */
export function withLinkVariables(
  tool: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): WholeLine {
  const { LINK: before = '', _LINK_: after = '', ...rest } = environment;
  const isRead = isMsvcLinker(tool, words) && !words.some((word) => /^[/-]lldignoreenv$/i.test(word));
  if (!isRead || (before === '' && after === '')) return { words, environment };
  return {
    words: [...splitWindowsCommandLine(before), ...words, ...splitWindowsCommandLine(after)],
    environment: rest,
  };
}

const isMsvcLinker = (tool: string, words: readonly string[]): boolean =>
  /^(?:lld-link(?:-[\d.]+)?|link)$/i.test(baseName(linkerName(tool, words)));

/** A tool as the rows of `REFUSED` test it. */
interface NamedTool {
  readonly name: string;
  readonly kind: ToolKind;
  readonly words: readonly string[];
  readonly linker: LinkerId | null;
}

const isGcc = ({ name }: NamedTool): boolean =>
  process.platform !== 'darwin' && /(?:^|-)(?:gcc|g\+\+|gfortran|gdc)(?:-|$)/.test(name);
const isCl = ({ name, words }: NamedTool): boolean =>
  /^(?:cl|clang-cl)(?:-|$)/i.test(name) || words.includes('--driver-mode=cl');
const drivesMsvc = (tool: NamedTool): boolean =>
  tool.kind === 'driver' && (isCl(tool) || tool.words.some((word) => /-windows-msvc\b/.test(word)));
const isOfBinutils = ({ linker }: NamedTool): boolean => linker === 'gnu-ld' || linker === 'mingw-ld';

/** Variables whose options are not followed, and the tools that read them. */
const REFUSED: readonly (readonly [name: string, reads: (tool: NamedTool) => boolean])[] = [
  ['CCC_OVERRIDE_OPTIONS', (tool) => tool.kind === 'driver' && !isGcc(tool)],
  ['CL', isCl],
  ['_CL_', isCl],
  ['LINK', drivesMsvc],
  ['_LINK_', drivesMsvc],
  ['GNUTARGET', isOfBinutils],
];

/** The first variable that gives this tool options that are not modelled; null without one. */
export function variableNotFollowed(
  tool: Omit<NamedTool, 'name'> & { readonly tool: string },
  environment: NodeJS.ProcessEnv,
): string | null {
  const named = { ...tool, name: baseName(tool.tool) };
  return REFUSED.find(([name, reads]) => environment[name] && reads(named))?.[0] ?? null;
}
