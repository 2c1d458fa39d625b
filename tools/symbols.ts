// @ts-nocheck
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as srcArchiveReadArchive from '../src/archive/read-archive.js';
import * as srcArchiveUniversal from '../src/archive/universal.js';
import * as srcLinkInputsOpenFiles from '../src/link/inputs/open-files.js';
import * as srcSymbolsFlags from '../src/symbols/flags.js';
import * as srcSymbolsFormats from '../src/symbols/formats.js';
import * as srcSymbolsTable from '../src/symbols/table.js';
import { ROOT } from '../test/root.js';
import { corpus } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import {
  bitcodeNm,
  coffReadobj,
  llvm,
  machoNm,
  machoReadobj,
  nm,
  readelf,
  wasmReadobj,
} from './shared/oracles.js';

const USAGE = `Compares our symbol tables with other tools', member by member and symbol by symbol, on published archives that
was written elsewhere:
  node tools/symbols.js [--only elf|macho|coff|wasm|bitcode] [--package text] [--verbose]
Prints archives, members, symbols and differences for each format; exits 1 when there is any difference.`;

const { values: options } = readOptions(USAGE, {
  only: { type: 'string' },
  package: { type: 'string' },
  verbose: { type: 'boolean' },
});
const lib = {
  ...srcArchiveReadArchive,
  ...srcArchiveUniversal,
  ...srcLinkInputsOpenFiles,
  ...srcSymbolsFormats,
  ...srcSymbolsFlags,
  ...srcSymbolsTable,
};
/** Tools that answer for a format, each with its name. */
const ORACLES = {
  elf: { 'readelf -sW': readelf, 'llvm-nm --no-llvm-bc': nm },
  macho: { 'llvm-readobj': machoReadobj, 'llvm-nm -m': machoNm },
  coff: { 'llvm-readobj': coffReadobj },
  wasm: { 'llvm-readobj': wasmReadobj },
};
const familyOf = (format) => (format === 'coff-import' ? 'coff' : format);

const work = mkdtempSync(join(tmpdir(), 'ardedup-symbols-'));

/** By format: what was compared, and the differences by tool. */
const totals = new Map();
function total(family) {
  if (!totals.has(family)) totals.set(family, { archives: 0, members: 0, symbols: 0, differences: {} });
  return totals.get(family);
}
let problems = 0;
function note(text) {
  console.log(`  ${text}`);
}

/** A file, or each slice of a universal one. */
async function compareFile(from, path) {
  const files = lib.openFiles();
  try {
    const { source } = files.open(path);
    if (!lib.isUniversal(source.viewUpTo(0, 8, 'magic').bytes))
      return await compareContainer(from, path, source);
    for (const [at, slice] of lib.readUniversal(source).slices.entries()) {
      const cut = join(work, `slice-${at}.a`);
      const content = source.slice(slice.offset, slice.size, `${path}[${at}]`);
      writeFileSync(cut, content.view(0, content.size, 'slice').bytes);
      requireSameSlice(path, cut, at);
      await compareContainer(from, cut, content);
      rmSync(cut);
    }
  } catch (error) {
    if (error.name !== 'MalformedError') throw error;
    problems++;
    note(`${from}, ${basename(path)}: ${error.message}`);
  } finally {
    files.close();
  }
}

/** What `llvm-lipo` takes out of a universal file for that architecture is the slice. */
function requireSameSlice(path, cut, at) {
  const architectures = execFileSync(llvm('llvm-lipo'), ['-archs', path], { encoding: 'utf8' })
    .trim()
    .split(' ');
  const thin = join(work, 'thin.a');
  execFileSync(llvm('llvm-lipo'), [path, '-thin', architectures[at], '-output', thin]);
  if (spawnSync('cmp', ['-s', cut, thin]).status !== 0) {
    problems++;
    note(`${basename(path)}: the slice of ${architectures[at]} is not what llvm-lipo takes out`);
  }
  rmSync(thin);
}

/** The format of the first object, which is that of all in a published archive. */
function firstFamily(source) {
  const isArchive = lib.isArchive(source.viewUpTo(0, 8, 'magic').bytes);
  const members = isArchive ? lib.readArchive(source).members : [{ dataOffset: 0 }];
  for (const { dataOffset } of members) {
    const head = source.viewUpTo(dataOffset, 64, 'first bytes').bytes;
    const format = lib.formats.find((known) => known.matches(head));
    if (format) return familyOf(format.id);
  }
  return null;
}

async function compareContainer(from, path, source) {
  if (options.only !== undefined && firstFamily(source) !== options.only) return;
  const members = readMembers(source);
  const families = new Set(members.map(({ family }) => family).filter((family) => family in ORACLES));
  for (const { name, problem } of members.filter(({ problem }) => problem !== null)) {
    problems++;
    note(`${from}, ${basename(path)}(${name}): ${problem}`);
  }
  for (const family of families) {
    if (options.only !== undefined && options.only !== family) continue;
    const sums = total(family);
    const symbols = members.reduce((sum, member) => sum + member.count, 0);
    sums.archives++;
    sums.members += members.length;
    sums.symbols += symbols;
    for (const [tool, compare] of Object.entries(ORACLES[family])) {
      const show = (member, ours, theirs) =>
        note(`${tool}, ${from}, ${basename(path)}(${member})\n    ours   ${ours}\n    theirs ${theirs}`);
      const found = await compare(path, members, show);
      sums.differences[tool] = (sums.differences[tool] ?? 0) + found;
      problems += found;
    }
    if (options.verbose)
      console.log(`${from} ${basename(path)}: ${family}, ${members.length} members, ${symbols} symbols`);
  }
}

/** Members in order; of a file that is not an archive, itself. */
function readMembers(source) {
  if (!lib.isArchive(source.viewUpTo(0, 8, 'magic').bytes))
    return [readMember(source, basename(source.label), true)];
  return lib
    .readArchive(source)
    .members.map(({ name, dataOffset, size }) =>
      readMember(source.slice(dataOffset, size, name), name, false),
    );
}

function readMember(object, name, isAlone) {
  const builder = new lib.SymbolTableBuilder();
  builder.beginMember();
  let content: unknown;
  let problem = null;
  try {
    content = lib.readContent(object, builder);
    if (content.kind === 'unreadable') problem = content.problem;
  } catch (error) {
    if (error.name !== 'MalformedError') throw error;
    problem = error.message;
  }
  const info = content?.kind === 'object' ? content.info : null;
  const table = builder.finish();
  const linkage = [];
  for (let symbol = 0; symbol < table.length; symbol++)
    if (!lib.isLocalState(table.flags[symbol])) linkage.push(symbol);
  return {
    name,
    isAlone,
    object,
    info,
    problem,
    family: info ? familyOf(info.format) : null,
    count: linkage.length,
    rows: (toLine) => linkage.map((symbol) => toLine(rowOf(table, symbol))),
  };
}

function rowOf(table, symbol) {
  const flags = table.flags[symbol];
  const group = table.groups[table.group[symbol]];
  return {
    name: table.names.text(table.name[symbol]),
    role: lib.isReference(flags) ? 'reference' : lib.isCommon(flags) ? 'common' : 'definition',
    weak: lib.isWeak(flags),
    autoHide: lib.isAutoHide(flags),
    unique: lib.isUnique(flags),
    absolute: lib.isAbsolute(flags),
    visibility: lib.visibilityName(flags),
    kind: lib.kindName(flags),
    section: table.section[symbol],
    size: table.size[symbol],
    alignment: table.alignment[symbol],
    group: group ? `${table.names.text(group.signature)} ${group.selection}` : '',
  };
}

/** rustc's own libraries embed bitcode; clang and opt make more of it, in the format of each LLVM that is here. */
async function compareBitcode() {
  for (const { version, path } of rustLibraries()) await compareEmbedded(version, path);
  for (const { version, path, what } of madeBitcode()) await compareRaw(version, path, what);
}

/** The .rlib files of each rustc toolchain whose LLVM is installed. */
function rustLibraries() {
  const found = [];
  const toolchains = join(homedir(), '.rustup/toolchains');
  const roots = existsSync(toolchains) ? readdirSync(toolchains).map((name) => join(toolchains, name)) : [];
  for (const root of roots) {
    const said = spawnSync(join(root, 'bin/rustc'), ['-vV'], { encoding: 'utf8' }).stdout ?? '';
    const [, version] = /LLVM version: (\d+)/.exec(said) ?? [];
    const [, host] = /host: (\S+)/.exec(said) ?? [];
    const folder = join(root, `lib/rustlib/${host}/lib`);
    if (!version || !existsSync(folder) || !existsSync(`/usr/lib/llvm-${version}/bin/llvm-nm`)) continue;
    for (const name of readdirSync(folder))
      if (name.endsWith('.rlib')) found.push({ version, path: join(folder, name) });
  }
  return found;
}

async function compareEmbedded(version, path) {
  const files = lib.openFiles();
  try {
    const modules = readMembers(files.open(path).source).flatMap(({ object, info, name }) =>
      info?.bitcode
        ? [readMember(object.slice(info.bitcode.offset, info.bitcode.size, name), name, true)]
        : [],
    );
    await compareModules(version, modules, `${basename(path)}, .llvmbc`);
  } finally {
    files.close();
  }
}

async function compareRaw(version, path, what) {
  const files = lib.openFiles();
  try {
    await compareModules(version, [readMember(files.open(path).source, basename(path), true)], what);
  } finally {
    files.close();
  }
}

async function compareModules(version, modules, what) {
  if (modules.length === 0) return;
  const folder = join(work, 'bitcode');
  mkdirSync(folder);
  const paths = modules.map(({ object }, at) => {
    const path = join(folder, `${at}.bc`);
    writeFileSync(path, object.view(0, object.size, 'module').bytes);
    return path;
  });
  const sums = total('bitcode');
  const tool = `llvm-nm ${version}`;
  sums.archives++;
  sums.members += modules.length;
  sums.symbols += modules.reduce((sum, { count }) => sum + count, 0);
  for (const { name, problem } of modules.filter(({ problem }) => problem !== null)) {
    problems++;
    note(`${what}, ${name}: ${problem}`);
  }
  const show = (member, ours, theirs) =>
    note(`${tool}, ${what}, ${member}\n    only ours   ${ours}\n    only theirs ${theirs}`);
  const found = await bitcodeNm(`/usr/lib/llvm-${version}/bin/llvm-nm`, paths, modules, show);
  sums.differences[tool] = (sums.differences[tool] ?? 0) + found;
  problems += found;
  rmSync(folder, { recursive: true });
}

const SOURCE = `#include <algorithm>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>
struct Act { Act(); } act;
thread_local int each = 3;
inline int counter() { static int calls; return ++calls; }
extern "C" __attribute__((weak)) int maybe() { return counter(); }
extern "C" __attribute__((visibility("hidden"))) int hidden_data = 4;
asm(".globl from_assembly\\nfrom_assembly:\\n");
int use(const std::string &text) {
  std::map<std::string, std::vector<int>> found;
  std::regex word("[a-z]+");
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) found[at->str()].push_back(++each);
  auto later = std::async([&] { return found.size() + counter(); });
  std::cout << later.get() << std::endl;
  return maybe() + hidden_data;
}
`;
const C_SOURCE = `int tentative; int tentative_array[40]; static int own = 3; extern int elsewhere;
extern int weak_reference(void) __attribute__((weak)); __attribute__((weak)) int weak_data = 3;
static int impl(void) { return own + elsewhere; } int alias(void) __attribute__((alias("impl")));
__attribute__((visibility("protected"))) int guarded(void) { return weak_reference ? weak_reference() : tentative; }
`;

const RUST = `use std::collections::HashMap;
#[no_mangle] pub static mut COUNTER: u32 = 3;
#[no_mangle] pub extern "C" fn entry(x: u32) -> String { unsafe { COUNTER += x; } format!("{x}") }
thread_local!(static EACH: std::cell::Cell<u32> = std::cell::Cell::new(1));
pub fn each() -> u32 { EACH.with(|each| each.replace(2)) }
pub fn count(words: &[String]) -> HashMap<String, usize> {
  let mut found = HashMap::new();
  for word in words { *found.entry(word.clone()).or_insert(0) += 1; }
  found
}
`;

/** Bitcode of clang, of each optimiser here that reads it, and of rustc. */
function madeBitcode() {
  const made = [];
  const cpp = join(work, 'source.cc');
  const c = join(work, 'source.c');
  writeFileSync(cpp, SOURCE);
  writeFileSync(c, C_SOURCE);
  for (const version of ['14', '15', '16', '19', '22']) {
    const bin = `/usr/lib/llvm-${version}/bin`;
    if (!existsSync(join(bin, 'llvm-nm'))) continue;
    for (const [source, flags] of [
      [cpp, ['-O0', '-std=c++17']],
      [cpp, ['-O2', '-std=c++17']],
      [c, ['-O1', '-fcommon']],
    ]) {
      const out = join(work, `${version}-${made.length}.bc`);
      const clang = existsSync(join(bin, 'clang')) ? join(bin, 'clang') : null;
      const what = `${basename(source)} ${flags[0]}`;
      if (clang) {
        execFileSync(clang, [...flags, '-c', '-emit-llvm', source, '-o', out], { stdio: 'pipe' });
        made.push({ version, path: out, what: `clang-${version} ${what}`, source, flags });
        continue;
      }
      // Another LLVM's bitcode, written again by this one.
      const older =
        made.find((item) => item.source === source && item.flags === flags) ??
        made.find((item) => item.source === source);
      if (!older || !existsSync(join(bin, 'opt'))) continue;
      execFileSync(join(bin, 'opt'), ['-passes=globaldce', older.path, '-o', out], { stdio: 'pipe' });
      made.push({ version, path: out, what: `opt-${version} of ${older.what}` });
    }
  }
  const rust = join(work, 'source.rs');
  writeFileSync(rust, RUST);
  const said = spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout ?? '';
  const version = /LLVM version: (\d+)/.exec(said)?.[1];
  if (version && existsSync(`/usr/lib/llvm-${version}/bin/llvm-nm`)) {
    const out = join(work, 'rust.bc');
    const flags = ['--crate-type=lib', '--emit=llvm-bc', '-O', '-Ccodegen-units=1'];
    execFileSync('rustc', [...flags, rust, '-o', out], { stdio: 'pipe' });
    made.push({ version, path: out, what: 'rustc --emit=llvm-bc' });
  }
  return made;
}

function print() {
  const rows = [['format', 'archives', 'members', 'symbols', 'differences']];
  for (const [family, { archives, members, symbols, differences }] of totals)
    rows.push([
      family,
      archives,
      members,
      symbols,
      Object.entries(differences)
        .map(([tool, found]) => `${tool}: ${found}`)
        .join(', '),
    ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, at) =>
          at === 0 || at === 4 ? String(cell).padEnd(widths[at]) : String(cell).padStart(widths[at]),
        )
        .join('   ')
        .trimEnd(),
    );
}

try {
  if (options.only !== 'bitcode')
    for (const { name, files } of corpus(options.package))
      for (const { path } of files) await compareFile(name, path);
  if (options.only === undefined || options.only === 'bitcode') await compareBitcode();
} finally {
  rmSync(work, { recursive: true, force: true });
}
print();
process.exitCode = problems > 0 ? 1 : 0;
