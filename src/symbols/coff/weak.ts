import {
  IMAGE_FILE_MACHINE_ARM64EC,
  IMAGE_SYM_CLASS_WEAK_EXTERNAL,
  IMAGE_WEAK_EXTERN_ANTI_DEPENDENCY,
  IMAGE_WEAK_EXTERN_SEARCH_ALIAS,
} from './constants.js';
import type { CoffHeader } from './header.js';
import {
  auxCountOf,
  auxiliaryAt,
  type CoffSymbolTable,
  classOf,
  malformedSymbol,
  sectionNumberOf,
  symbolName,
} from './symtab.js';

/** How linkers treat a weak external: as a reference, or as a weak definition. */
export type WeakExternal =
  | { readonly kind: 'reference'; readonly isWeak: boolean }
  /** @param section where the default is defined */
  | { readonly kind: 'definition'; readonly section: number; readonly isIndexed: boolean };

/**
 * Reads a weak external (class 105): a name with a default, which is another symbol of the object. The linker uses the
 * default if no input defines the name.
 *
 *     TagIndex 0   Characteristics 4: 1 NOLIBRARY, 2 LIBRARY, 3 ALIAS, 4 ANTI_DEPENDENCY
 *
 * With a default that is *defined in a section of this object* it is a weak definition: lld-link and link.exe bind
 * references of other objects to the default, and a strong definition overrides it without an error. Clang and GNU as
 * write `__attribute__((weak)) void f() {}` so: `f`, with the default `.weak.f.default.main` (`.weak.f.main`) in
 * `.text`. cl writes `??_E` with the default `??_G` in the same way.
 *
 * With any other default (undefined here, or the absolute 0 that assemblers make up for `.weak f` alone) it is a weak
 * reference: it extracts no member, and is 0 if no input defines the name.
 *
 * LLVM lists in an archive's index those of SEARCH_ALIAS, whatever their default; GNU ar lists none. ARM64EC has
 * pairs of ANTI_DEPENDENCY for each call of `f`: `f` → `#f` → an exit thunk. Those do extract, as lld-link lets an
 * archive's definition override them; only `f` → `#f` where `#f` is defined here belongs to the definition.
 */
export function readWeakExternal(header: CoffHeader, table: CoffSymbolTable, symbol: number): WeakExternal {
  const auxiliary = auxiliaryAt(table, symbol);
  const target = table.view.u32(auxiliary);
  if (target >= table.count) throw malformedSymbol(table, symbol, `no symbol ${target} to default to`);
  const characteristics = table.view.u32(auxiliary + 4);
  const section = defaultSection(table, target);
  const isEcCall =
    header.machineNumber === IMAGE_FILE_MACHINE_ARM64EC &&
    characteristics === IMAGE_WEAK_EXTERN_ANTI_DEPENDENCY &&
    !(
      sectionNumberOf(table, target) > 0 && isEcMangled(symbolName(table, target), symbolName(table, symbol))
    );
  if (isEcCall) return { kind: 'reference', isWeak: false };
  if (section <= 0) return { kind: 'reference', isWeak: true };
  return { kind: 'definition', section, isIndexed: characteristics === IMAGE_WEAK_EXTERN_SEARCH_ALIAS };
}

/** Defaults may themselves be weak externals; a chain longer than two is in no real object. */
function defaultSection(table: CoffSymbolTable, target: number): number {
  for (let step = 0, symbol = target; step < 4; step++) {
    const isWeak = classOf(table, symbol) === IMAGE_SYM_CLASS_WEAK_EXTERNAL && auxCountOf(table, symbol) > 0;
    if (!isWeak) return sectionNumberOf(table, symbol);
    symbol = table.view.u32(auxiliaryAt(table, symbol));
    if (symbol >= table.count) throw malformedSymbol(table, target, `no symbol ${symbol} to default to`);
  }
  return 0;
}

/** Code of ARM64EC has names of its own: `#f` for C, `$$h` somewhere in a C++ name. */
const isEcMangled = (mangled: string, plain: string): boolean =>
  mangled === `#${plain}` || (mangled !== plain && mangled.split('$$h').join('') === plain);
