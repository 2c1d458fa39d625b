import type { MemberContent } from '../../symbols/object-format.js';

/**
 * A linker directive in an object, as the object spells it: `.drectve`, LC_LINKER_OPTION, `.deplibs`.
 */
export type LinkerDirective =
  | FileRequest
  | { readonly kind: 'without-default-library'; readonly name: string }
  | { readonly kind: 'include' | 'export'; readonly name: string }
  | ({ readonly kind: 'alternate' } & Alternate<string>);

/**
 * `default-library`: a file name of COFF, which may lack `.lib`; `library`, `framework`: what -l and -framework name;
 * `dependent-library`: of ELF, what -l names, or a file in a folder of the line, or a path.
 */
export interface FileRequest {
  readonly kind: 'default-library' | 'library' | 'framework' | 'dependent-library';
  readonly name: string;
}

/** A name that replaces another if that is undefined: /alternatename:from=to. */
export interface Alternate<Name> {
  readonly from: Name;
  readonly to: Name;
}

/** The directives of an object, in its order. Directives without an effect on resolution are left out. */
export function requestsOf(content: MemberContent): readonly LinkerDirective[] {
  if (content.kind !== 'object') return [];
  return content.info.sideEffects.flatMap(({ kind, section, entries }) => {
    if (kind !== 'linker-options') return [];
    if (section === '.drectve') return entries.flatMap(fromDirective);
    if (section === '.deplibs') return entries.map((name) => ({ kind: 'dependent-library', name }));
    return section === 'LC_LINKER_OPTION' ? entries.flatMap(fromLinkerOption) : [];
  });
}

/**
 * An option of `.drectve`, its name in capitals. Others (/merge, /section, /editandcontinue, …) only affect the layout
 * of the output.
 *
 * Source: "Linker options" of Microsoft's documentation; lld/COFF/Driver.cpp `parseDirectives`.
 */
function fromDirective(option: string): LinkerDirective[] {
  const [, key, value] = /^\/([A-Z]+):(.+)$/s.exec(option) ?? [];
  switch (key) {
    case 'DEFAULTLIB':
      return [{ kind: 'default-library', name: value }];
    case 'NODEFAULTLIB':
      return [{ kind: 'without-default-library', name: value }];
    case 'INCLUDE':
      return [{ kind: 'include', name: value }];
    case 'EXPORT':
      return exportedName(value).map((name) => ({ kind: 'export', name }));
    case 'ALTERNATENAME':
      return alternateOf(value).map((alternate) => ({ kind: 'alternate', ...alternate }));
    default:
      return [];
  }
}

/** The name of this link in an export: `f`, `f,@1,DATA`, `shown=f`; none for a forwarder, `f=other.g`. */
export function exportedName(text: string): string[] {
  const [name] = text.split(',');
  const [shown, own = shown] = name.split('=');
  return own === '' || (own !== shown && own.includes('.')) ? [] : [own];
}

/** `from=to`. */
export function alternateOf(text: string): Alternate<string>[] {
  const [from, to] = text.split('=');
  return from && to ? [{ from, to }] : [];
}

/** `-lz`, `-framework Foundation`. */
function fromLinkerOption(option: string): LinkerDirective[] {
  if (/^-l./s.test(option)) return [{ kind: 'library', name: option.slice(2) }];
  const [, framework] = /^-framework (.+)$/s.exec(option) ?? [];
  return framework === undefined ? [] : [{ kind: 'framework', name: framework }];
}
