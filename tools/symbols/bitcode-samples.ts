import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { llvmTool } from '../shared/llvm.js';

/** A file with bitcode, and the version of the LLVM that reads it. */
export interface BitcodeFile {
  readonly version: string;
  readonly path: string;
  /** How it was made. */
  readonly title: string;
}

const CPP_SOURCE = `#include <algorithm>
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

const RUST_SOURCE = `use std::collections::HashMap;
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

const hasNm = (version: string): boolean => existsSync(llvmTool(version, 'llvm-nm'));

/** A compiler's answer to -vV; empty where it does not run. */
const versionText = (rustc: string): string => spawnSync(rustc, ['-vV'], { encoding: 'utf8' }).stdout ?? '';

/** The .rlib files of each rustc toolchain whose LLVM is installed: their objects embed bitcode. */
export function rustLibraries(): BitcodeFile[] {
  const toolchains = join(homedir(), '.rustup/toolchains');
  const roots = existsSync(toolchains) ? readdirSync(toolchains).map((name) => join(toolchains, name)) : [];
  return roots.flatMap((root) => {
    const text = versionText(join(root, 'bin/rustc'));
    const version = /LLVM version: (\d+)/.exec(text)?.[1];
    const host = /host: (\S+)/.exec(text)?.[1];
    const folder = join(root, `lib/rustlib/${host}/lib`);
    if (version === undefined || !existsSync(folder) || !hasNm(version)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.rlib'))
      .map((name) => ({ version, path: join(folder, name), title: `${name}, .llvmbc` }));
  });
}

interface ClangFile extends BitcodeFile {
  readonly source: string;
  readonly flags: readonly string[];
}

/** Bitcode of clang, of each optimiser here that reads it, and of rustc. @param work where it is made */
export function makeBitcode(work: string): BitcodeFile[] {
  const cpp = join(work, 'source.cc');
  const c = join(work, 'source.c');
  writeFileSync(cpp, CPP_SOURCE);
  writeFileSync(c, C_SOURCE);
  const compilations = [
    { source: cpp, flags: ['-O0', '-std=c++17'] },
    { source: cpp, flags: ['-O2', '-std=c++17'] },
    { source: c, flags: ['-O1', '-fcommon'] },
  ];
  const made: ClangFile[] = [];
  for (const version of ['14', '15', '16', '19', '22'].filter(hasNm))
    for (const { source, flags } of compilations) {
      const path = join(work, `${version}-${made.length}.bc`);
      const title =
        clangBitcode(version, source, flags, path) ?? optBitcode(version, source, flags, path, made);
      if (title !== null) made.push({ version, path, title, source, flags });
    }
  return [...made, ...rustBitcode(work)];
}

/** @returns how it was made; null without that clang */
function clangBitcode(
  version: string,
  source: string,
  flags: readonly string[],
  path: string,
): string | null {
  const clang = llvmTool(version, 'clang');
  if (!existsSync(clang)) return null;
  execFileSync(clang, [...flags, '-c', '-emit-llvm', source, '-o', path], { stdio: 'pipe' });
  return `clang-${version} ${basename(source)} ${flags[0]}`;
}

/** Bitcode of an older LLVM, written again by this one. @returns how it was made; null where it cannot be */
function optBitcode(
  version: string,
  source: string,
  flags: readonly string[],
  path: string,
  made: readonly ClangFile[],
): string | null {
  const ofSource = made.filter((item) => item.source === source);
  const older = ofSource.find((item) => item.flags === flags) ?? ofSource[0];
  const opt = llvmTool(version, 'opt');
  if (!older || !existsSync(opt)) return null;
  execFileSync(opt, ['-passes=globaldce', older.path, '-o', path], { stdio: 'pipe' });
  return `opt-${version} of ${older.title}`;
}

function rustBitcode(work: string): BitcodeFile[] {
  const version = /LLVM version: (\d+)/.exec(versionText('rustc'))?.[1];
  if (version === undefined || !hasNm(version)) return [];
  const source = join(work, 'source.rs');
  const path = join(work, 'rust.bc');
  writeFileSync(source, RUST_SOURCE);
  const flags = ['--crate-type=lib', '--emit=llvm-bc', '-O', '-Ccodegen-units=1'];
  execFileSync('rustc', [...flags, source, '-o', path], { stdio: 'pipe' });
  return [{ version, path, title: 'rustc --emit=llvm-bc' }];
}
