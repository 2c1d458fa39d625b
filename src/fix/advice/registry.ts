import type { NameId } from '../../symbols/names.js';
import type { CureState } from '../cure-state.js';
import type { Problems } from '../problems/problems.js';
import { adviceContext } from './context.js';
import type { AdviceDetector } from './detector.js';
import type { FoundAdvice } from './found-advice.js';
import { allocatorFamily } from './runtimes/allocator-family.js';
import { deviceLinkOnce } from './runtimes/device-link-once.js';
import { excludeLibs } from './runtimes/exclude-libs.js';
import { nostartfiles } from './runtimes/nostartfiles.js';
import { oneAllocator } from './runtimes/one-allocator.js';
import { oneGoArchive } from './runtimes/one-go-archive.js';
import { oneHandler } from './runtimes/one-handler.js';
import { oneRuntime } from './runtimes/one-runtime.js';
import { sameCrt } from './runtimes/same-crt.js';
import { weakUpstream } from './runtimes/weak-upstream.js';
import { allocatorShim } from './rust/allocator-shim.js';
import { gatePanicHandler } from './rust/gate-panic-handler.js';
import { nameUpstream } from './rust/name-upstream.js';
import { noFatLto } from './rust/no-fat-lto.js';
import { noLtoForLibrary } from './rust/no-lto-for-library.js';
import { oneStaticlib } from './rust/one-staticlib.js';
import { oneToolchain } from './rust/one-toolchain.js';
import { fcommon } from './sources/fcommon.js';
import { inlineHeader } from './sources/inline-header.js';
import { odr } from './sources/odr.js';
import { renameUpstream } from './sources/rename-upstream.js';
import { sameBuild } from './sources/same-build.js';
import { unreadableLto } from './sources/unreadable-lto.js';

/** Specific causes come before more general advice about the remaining duplicates. */
const DETECTORS: readonly AdviceDetector[] = [
  nostartfiles,
  excludeLibs,
  allocatorFamily,
  oneAllocator,
  oneGoArchive,
  oneRuntime,
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
  oneHandler,
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

/** Advice about a link that does not depend on a cure. */
export function findAdvice(state: CureState, problems: Problems): FoundAdvice[] {
  const explained = new Set<NameId>();
  const context = adviceContext(state, problems, explained);
  return DETECTORS.flatMap((detector) => {
    const found = detector.detect(context);
    for (const name of found?.explains ?? []) explained.add(name);
    return found ?? [];
  });
}
