// Which folder may import which. `npm run lint` enforces it; docs/DESIGN.md draws it.

/** Layers from the bottom up: a folder imports only from folders of earlier rows. */
const LAYERS = [
  ['progress', 'core'],
  ['bytes'],
  ['engine'],
  ['archive', 'symbols', 'origin'],
  ['link/linkers'],
  ['link/command'],
  ['link/inputs'],
  ['link/line'],
  ['link/resolve', 'link/notation'],
  ['link/record'],
  ['plan'],
  ['emit'],
  ['wrap', 'check'],
  ['explain'],
  ['fix'],
  ['report'],
  ['cli'],
  ['library'],
];

const folder = (name) => `^src/${name}/`;

/** One rule per layer: its folders import neither each other nor anything above them. */
const layerRules = LAYERS.slice(0, -1).flatMap((layer, row) =>
  layer.map((name) => ({
    name: `${name.replace('/', '-')}-imports-upwards`,
    comment: `A module of src/${name} imports from a folder above it or next to it. Move the shared part down to a folder that both may import, or move the module up to where its imports are.`,
    severity: 'error',
    from: { path: folder(name) },
    to: {
      path: [...layer.filter((other) => other !== name), ...LAYERS.slice(row + 1).flat()].map(folder),
    },
  })),
);

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'circular',
      comment:
        'Two modules import each other, so neither can be read or tested alone. Move what both need into a third module.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'sources-import-tests',
      comment: 'A module that is shipped imports test or tool code, which is not in the package.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|tools)/' },
    },
    {
      name: 'tests-import-tools',
      comment: 'A test imports from a tool. Tools import tests: move the shared part to test/.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^tools/' },
    },
    {
      name: 'shared-imports-tool',
      comment: 'What tools share imports from one of them. Move that part to tools/shared.',
      severity: 'error',
      from: { path: '^tools/(bundle|shared)/' },
      to: { path: '^tools/', pathNot: '^tools/(bundle|shared)/' },
    },
    {
      name: 'sources-import-development-packages',
      comment:
        'A module that is shipped imports a package that users do not install. Make it a dependency, or do without.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'format-imports-format',
      comment:
        'A reader of one object format imports from another. Move the shared part to src/symbols. (Bitcode may: its linker options are written as those of COFF and ELF.)',
      severity: 'error',
      from: { path: '^src/symbols/(elf|macho|coff|wasm)/' },
      to: { path: '^src/symbols/(elf|macho|coff|wasm|bitcode)/', pathNot: '^src/symbols/$1/' },
    },
    {
      name: 'dialect-imports-parser',
      comment: 'A dialect is a table of options. The parser reads it; it must not know the parser.',
      severity: 'error',
      from: { path: '^src/link/command/dialects/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/link/', pathNot: '^src/link/command/(line-option|dialects/[^/]+)\\.ts$' },
    },
    {
      name: 'unresolvable',
      comment: 'An import that resolves to no file.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|.*/dist/)' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.test\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
