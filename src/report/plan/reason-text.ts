/** Texts of the reasons why members stay, by their codes. */
const REASONS: Readonly<Record<string, string>> = {
  'no-twin': 'no copy found',
  owner: 'the copy that stays',
  'not-an-object': 'not an object',
  unreadable: 'cannot be read',
  'unresolved-reference': 'without it a reference has no definition',
  'binding-moves': 'without it a name binds to other content',
  'weak-reference-changes': 'without it a weak reference changes',
  'loads-more': 'without it other members are loaded',
  'new-clash': 'without it definitions clash',
  'side-effect-lost': 'a constructor or registry entry would be lost',
  'content-differs': 'the copy differs in kind or size',
  'crate-split': 'another unit of its crate stays',
  'state-split': 'dropping it would duplicate a mutable global',
  'side-effect-added': 'its copy would add a constructor, registry entry or linker option',
  'section-order': 'a section that the program iterates over would have other entries',
  'named-file': 'a script or an order file names it or its copy',
  'import-library': 'a part of an import table',
  'export-changes': 'the output would export other names',
  'constructor-order': 'without it constructors that may depend on each other would run in another order',
  'other-content': 'a member of the same name has different content',
  'other-build': 'another build of the crate',
  'unreadable-neighbour': 'a member of the archive cannot be read',
  'lto-call': 'LTO may call a function that the copy does not define',
  'other-line': 'another link line needs it',
  'unread-library': 'a library that could not be found may define or reference the same symbols',
};

/** Codes of reasons that are printed as text. */
export const reasonCodes = Object.keys(REASONS);

export const reasonText = (code: string): string => REASONS[code] ?? code;
