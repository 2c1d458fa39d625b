import type { NameId } from '../../symbols/names.js';
import type { CureState } from '../cure-state.js';
import type { Problems } from '../problems.js';
import { allocatorFamily } from './allocator-family.js';
import { allocatorShim } from './allocator-shim.js';
import { adviceContext } from './context.js';
import type { AdviceDetector } from './detector.js';
import { deviceLinkOnce } from './device-link-once.js';
import { fcommon } from './fcommon.js';
import type { FoundAdvice } from './found-advice.js';
import { gatePanicHandler } from './gate-panic-handler.js';
import { inlineHeader } from './inline-header.js';
import { nameUpstream } from './name-upstream.js';
import { noFatLto } from './no-fat-lto.js';
import { noLtoForLibrary } from './no-lto-for-library.js';
import { nostartfiles } from './nostartfiles.js';
import { odr } from './odr.js';
import { oneAllocator } from './one-allocator.js';
import { oneGoArchive } from './one-go-archive.js';
import { oneStaticlib } from './one-staticlib.js';
import { oneToolchain } from './one-toolchain.js';
import { renameUpstream } from './rename-upstream.js';
import { sameBuild } from './same-build.js';
import { sameCrt } from './same-crt.js';
import { unreadableLto } from './unreadable-lto.js';
import { weakUpstream } from './weak-upstream.js';

/** Those that know a cause come before those that say something more general of what is left. */
const DETECTORS: readonly AdviceDetector[] = [
  nostartfiles,
  allocatorFamily,
  oneAllocator,
  oneGoArchive,
  deviceLinkOnce,
  sameCrt,
  unreadableLto,
  oneToolchain,
  sameBuild,
  noFatLto,
  oneStaticlib,
  gatePanicHandler,
  allocatorShim,
  noLtoForLibrary,
  weakUpstream,
  fcommon,
  inlineHeader,
  odr,
  nameUpstream,
  renameUpstream,
];

export const adviceCodes: readonly string[] = [
  ...DETECTORS.map(({ code }) => code),
  'plain-archive',
  'order',
  'load-whole',
];

/** What can be said of a link before any cure is looked for. */
export function findAdvice(state: CureState, problems: Problems): FoundAdvice[] {
  const explained = new Set<NameId>();
  const context = adviceContext(state, problems, explained);
  return DETECTORS.flatMap((detector) => {
    const found = detector.detect(context);
    for (const name of found?.explains ?? []) explained.add(name);
    return found ?? [];
  });
}
