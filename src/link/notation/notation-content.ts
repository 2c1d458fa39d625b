import type { SectionUse } from '../../symbols/image/object-image.js';
import type { MemberContent, SideEffect } from '../../symbols/object-format.js';
import { bitcodeWithHash } from './notation-bitcode.js';
import { type NotedLink, type NotedMember, type NotedSymbol, printSymbol } from './notation-text.js';

const MACHINES = { elf: 'x86-64', macho: 'arm64', wasm: 'wasm32' } as const;

/** The content of the member as a reader would return it. */
export function contentOf(format: NotedLink['format'], { marks, symbols }: NotedMember): MemberContent {
  if (marks.has('not-object')) return { kind: 'not-object' };
  if (marks.has('unreadable'))
    return { kind: 'unreadable', problem: marks.get('unreadable') || 'not readable' };
  const target = {
    format,
    machine: MACHINES[format],
    bits: format === 'wasm' ? 32 : 64,
    littleEndian: true,
  } as const;
  if (marks.has('shared'))
    return { kind: 'shared-library', info: { ...target, reexported: [], problem: null } };
  const bitcode = marks.get('bitcode');
  const stream = bitcode === undefined ? null : bitcodeWithHash(bitcode);
  const textSize = textOf(marks, symbols).length;
  return {
    kind: 'object',
    info: {
      ...target,
      sideEffects: sideEffectsOf(format, symbols),
      bitcode: stream && { offset: textSize, size: stream.length },
      isRecompiled: marks.has('recompiled'),
      notIndexed: [],
    },
  };
}

function sideEffectsOf(format: NotedLink['format'], symbols: readonly NotedSymbol[]): SideEffect[] {
  return slotsOf(format, symbols).map(({ kind, section, names }) => ({
    kind,
    section,
    entries: names.map((name) => `${name}+0x0`),
  }));
}

interface NotedSlots {
  readonly kind: SideEffect['kind'];
  readonly use: SectionUse;
  readonly section: string;
  readonly names: string[];
}

/** Sections that hold addresses of a member's symbols. */
export function slotsOf(format: NotedLink['format'], symbols: readonly NotedSymbol[]): NotedSlots[] {
  const sections = new Map<string, NotedSlots>();
  const add = (kind: SideEffect['kind'], section: string, name: string) => {
    const use = kind === 'constructors' || kind === 'destructors' ? kind : 'other';
    const known = sections.get(section) ?? { kind, use, section, names: [] };
    known.names.push(name);
    sections.set(section, known);
  };
  for (const { name, marks } of symbols) {
    const [init, fini, registry] = ['init', 'fini', 'registry'].map((mark) => marks.get(mark));
    if (init !== undefined) add('constructors', initSection(format, init), name);
    if (fini !== undefined) add('destructors', finiSection(format, fini), name);
    if (registry !== undefined) add('registry', registry, name);
  }
  return [...sections.values()];
}

/** Where a constructor's slot is. */
export const initSection = (format: NotedLink['format'], priority: string): string =>
  format === 'macho' ? '__DATA,__mod_init_func' : priority === '' ? '.init_array' : `.init_array.${priority}`;

const finiSection = (format: NotedLink['format'], priority: string): string =>
  format === 'macho' ? '__DATA,__mod_term_func' : priority === '' ? '.fini_array' : `.fini_array.${priority}`;

const textOf = (marks: NotedMember['marks'], symbols: readonly NotedSymbol[]): Buffer => {
  const content = marks.has('content') ? [`[content=${marks.get('content')}]`] : [];
  return Buffer.from([...content, ...symbols.map(printSymbol)].map((row) => `${row}\n`).join(''), 'latin1');
};

/** A member's bytes are its rows, so that equal rows are equal bytes. */
export function bytesOf({ marks, symbols }: NotedMember): Uint8Array {
  const bitcode = marks.get('bitcode');
  const text = textOf(marks, symbols);
  return bitcode === undefined ? text : Buffer.concat([text, bitcodeWithHash(bitcode)]);
}
