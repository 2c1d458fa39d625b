import type { ByteSource } from '../../bytes/byte-source.js';
import { optionsIn } from '../coff/directives.js';
import { sideEffectKind } from '../coff/names.js';
import type { SideEffect, SideEffectKind } from '../object-format.js';
import { bytesEntry } from '../side-effect-entries.js';
import type { IrSymbolTable } from './irsymtab.js';
import type { BitcodeModule } from './module.js';
import { moduleHash } from './module-hash.js';
import type { BitcodeTarget } from './target.js';

/**
 * Side effects of the compiled code. The content of slots is in constants that are not read: the one entry names the
 * module instead, so that only a copy of the same module has the same side effect.
 */
export function readSideEffects(
  stream: ByteSource,
  modules: readonly BitcodeModule[],
  target: BitcodeTarget,
  table: IrSymbolTable | null,
): SideEffect[] {
  const sections = new Map<string, SideEffectKind>();
  for (const module of modules) noteSections(module, target, sections);
  const effects: SideEffect[] = [];
  if (sections.size > 0) {
    const entries = [contentEntry(stream)];
    for (const [section, kind] of sections) effects.push({ kind, section, entries });
  }
  const options = [...optionsIn(table?.coffLinkerOptions ?? ''), ...(table?.dependentLibraries ?? [])];
  if (options.length > 0)
    effects.push({ kind: 'linker-options', section: 'linker options', entries: options });
  return effects;
}

function noteSections(
  { globals, sections }: BitcodeModule,
  { mangling }: BitcodeTarget,
  found: Map<string, SideEffectKind>,
): void {
  for (const { name, section, type, isUndefined } of globals) {
    if (name === 'llvm.global_ctors') found.set(name, 'constructors');
    else if (name === 'llvm.global_dtors') found.set(name, 'destructors');
    else if (type === 'variable' && !isUndefined && section > 0) {
      const sectionName = sections[section - 1] ?? '';
      const kind = kindOfSection(mangling, sectionName);
      if (kind !== null) found.set(sectionName, kind);
    }
  }
}

/** By the section name in the source: `__attribute__((section("…")))`. */
function kindOfSection(mangling: string, name: string): SideEffectKind | null {
  if (name === 'llvm.metadata') return null;
  if (mangling === 'w' || mangling === 'x') return sideEffectKind(name);
  const bare = name.startsWith('__') && name.includes(',') ? name.split(',')[1].trim() : name;
  if (/^__mod_init_func|^__init_offsets|^\.(preinit_array|init_array|ctors)/.test(bare))
    return 'constructors';
  if (/^__mod_term_func|^\.(fini_array|dtors)/.test(bare)) return 'destructors';
  if (/^\.?_?_?objc_/.test(bare)) return 'objc-metadata';
  if (/^(__|\.)?swift5_/.test(bare)) return 'swift-metadata';
  // Instrumentation belongs to the code of its own module.
  if (/^__llvm_|^__sancov_|^asan_|^xray_/.test(bare)) return null;
  const isMacho = mangling === 'o';
  if (isMacho && name.startsWith('__TEXT,')) return null;
  return /^[A-Za-z_]\w*$/.test(bare) ? 'registry' : null;
}

function contentEntry(stream: ByteSource): string {
  const hashes = moduleHash(stream, 0, stream.size);
  if (hashes.length > 0) return `module:${hashes.join(',')}`;
  return bytesEntry(stream.bytes('bitcode'));
}
