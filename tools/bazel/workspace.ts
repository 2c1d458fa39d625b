import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../test/root.js';

const FOUNDING = join(ROOT, 'fixtures/founding/elf');
const COVERAGE = 'remote_coverage_tools';
/** Repositories that Bazel loads for its toolchains: here each is a stub, since nothing is fetched. */
const STUBS: Readonly<Record<string, readonly string[]>> = {
  rules_cc: ['cc_binary', 'cc_library', 'cc_import', 'cc_test', 'cc_toolchain', 'cc_toolchain_suite'],
  rules_java: [
    ...['java_binary', 'java_import', 'java_library', 'java_plugin', 'java_test', 'java_runtime'],
    ...['java_toolchain', 'java_package_configuration'],
  ],
};

function put(path: string, text: string | Buffer): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const libraryName = (at: number): string => String(at).padStart(4, '0');

/** Writes library `at` of a workspace: the wrapper library of the founding case, with a member that no other has. */
export function writeLibrary(workspace: string, at: number, version = 0): void {
  put(join(workspace, `libs/lib${libraryName(at)}.a`), libraryBytes(at, version));
}

function libraryBytes(at: number, version: number): Buffer {
  const text = `library ${at}, version ${version}\n`.padEnd(64);
  const header = `n${at}.txt/`.padEnd(16) + '0'.padEnd(12) + '0'.padEnd(6) + '0'.padEnd(6) + '644'.padEnd(8);
  const member = Buffer.from(`${header}${String(text.length).padEnd(10)}\`\n${text}`);
  return Buffer.concat([readFileSync(join(FOUNDING, 'libext_http.a')), member]);
}

/**
 * Writes `workspace` in a folder, with as many libraries, a target that trims two neighbours each, and tests. Stubs of
 * repositories are next to it.
 *
 * @returns the options of Bazel that name the stubs
 */
export function makeWorkspace(folder: string, libraries: number): readonly string[] {
  const workspace = join(folder, 'workspace');
  put(join(workspace, 'WORKSPACE'), 'workspace(name = "demo")\n');
  copyTool(workspace);
  for (const file of ['main.o', 'libstdlib.a'])
    put(join(workspace, 'libs', file), readFileSync(join(FOUNDING, file)));
  for (let at = 0; at < libraries; at++) writeLibrary(workspace, at);
  const targets = Array.from({ length: libraries }, (_, at) => trimOf(at, (at + 1) % libraries));
  put(join(workspace, 'libs/BUILD'), `load("//integrations:defs.bzl", "ardedup_trim")\n${targets.join('')}`);
  makeTests(join(workspace, 'app'));
  stubCoverage(join(folder, COVERAGE));
  for (const repository of Object.keys(STUBS)) stubRules(join(folder, repository), repository);
  return [...Object.keys(STUBS), COVERAGE].map(
    (repository) => `--override_repository=${repository}=${join(folder, repository)}`,
  );
}

/** The rules, and the files of the package that docs/bazel.md names. */
function copyTool(workspace: string): void {
  const demangler = 'node_modules/gecko-profiler-demangle';
  for (const part of ['bin', 'dist', 'schema', 'package.json', demangler])
    cpSync(join(ROOT, part), join(workspace, 'ardedup', part), { recursive: true });
  symlinkSync(process.execPath, join(workspace, 'ardedup/node'));
  put(join(workspace, 'ardedup/BUILD'), TOOL);
  for (const file of ['BUILD.bazel', 'defs.bzl'])
    put(join(workspace, 'integrations', file), readFileSync(join(ROOT, 'integrations/bazel', file)));
}

function stubRules(folder: string, repository: string): void {
  const language = repository.replace('rules_', '');
  put(join(folder, 'WORKSPACE'), `workspace(name = "${repository}")\n`);
  put(join(folder, language, 'BUILD'), '');
  const rules = STUBS[repository].map((rule) => `${rule} = native.${rule}\n`);
  put(join(folder, language, 'defs.bzl'), rules.join(''));
}

/** A repository that every test depends on, for reports of coverage that are not asked for here. */
function stubCoverage(folder: string): void {
  put(join(folder, 'WORKSPACE'), `workspace(name = "${COVERAGE}")\n`);
  put(join(folder, 'tool.sh'), '#!/bin/sh\n');
  put(
    join(folder, 'BUILD'),
    'sh_binary(name = "coverage_report_generator", srcs = ["tool.sh"], visibility = ["//visibility:public"])\n',
  );
  chmodSync(join(folder, 'tool.sh'), 0o755);
}

const TOOL = `load("//integrations:defs.bzl", "ardedup_tool")

ardedup_tool(
    name = "ardedup",
    data = glob(["dist/*.cjs", "dist/*.js", "node_modules/**", "schema/**"]) + ["package.json"],
    main = "bin/ardedup.js",
    node = "node",
    visibility = ["//visibility:public"],
)
`;

const trimOf = (at: number, next: number): string => `
ardedup_trim(
    name = "t${libraryName(at)}",
    archives = ["lib${libraryName(at)}.a", "lib${libraryName(next)}.a", "libstdlib.a"],
    ardedup = "//ardedup",
    objects = ["main.o"],
    providers = ["libstdlib.a"],
)
`;

/** Tests that pass and fail, a program that is linked with trimmed libraries, and the aspect. */
function makeTests(folder: string): void {
  for (const file of ['main.o', 'libstdlib.a']) put(join(folder, file), readFileSync(join(FOUNDING, file)));
  put(join(folder, WRAPPER), readFileSync(join(FOUNDING, 'libext_http.a')));
  put(join(folder, 'one.c'), 'int one(void) { return 1; }\n');
  put(join(folder, 'two.c'), 'int one(void); int two(void) { return one() + 1; }\n');
  put(join(folder, 'use.c'), 'int two(void); int main(void) { return two() != 2; }\n');
  put(join(folder, 'registers.c'), REGISTERS);
  for (const name of ['first', 'second']) put(join(folder, `${name}.c`), `int ${name}(void) { return 1; }\n`);
  put(
    join(folder, 'calls.c'),
    'int first(void); int second(void); int main(void) { return first() - second(); }\n',
  );
  execFileSync('cc', ['-c', 'calls.c'], { cwd: folder });
  put(join(folder, 'aspect.bzl'), ASPECT);
  put(join(folder, 'BUILD'), APP);
}

/** A unit that acts by being loaded. */
const REGISTERS = `int puts(const char *line);
int registered;
__attribute__((constructor)) static void act(void) { registered++; puts("registered"); }
`;

const ASPECT = `load("//integrations:defs.bzl", "ardedup_check_aspect")

check = ardedup_check_aspect("//ardedup")
`;
/** A name that `-Wl,` would split. Bazel 4 itself links no file with a blank or a quote in its name. */
const WRAPPER = 'libext,http.a';
const LINE = `    archives = ["${WRAPPER}", "libstdlib.a"],
    ardedup = "//ardedup",
    linker = "lld",
    objects = ["main.o"],
`;
const APP = `load("//integrations:defs.bzl", "ardedup_check_test", "ardedup_fix_test", "ardedup_trim")

ardedup_trim(
    name = "trimmed",
${LINE}    providers = ["libstdlib.a"],
)

cc_binary(
    name = "program",
    srcs = ["main.o", ":trimmed"],
    linkstatic = True,
)

ardedup_check_test(
    name = "check_fails",
${LINE})

ardedup_fix_test(
    name = "fix_fails",
${LINE})

ardedup_fix_test(
    name = "fix_passes",
    archives = [":trimmed"],
    ardedup = "//ardedup",
    linker = "lld",
    objects = ["main.o"],
)

cc_library(name = "one", srcs = ["one.c"], linkstatic = True)

cc_library(name = "two", srcs = ["two.c"], linkstatic = True, deps = [":one"])

cc_binary(name = "use", srcs = ["use.c"], deps = [":two"])

ardedup_check_test(
    name = "check_passes",
    ardedup = "//ardedup",
    deps = [":two"],
)

cc_library(name = "always", srcs = ["first.c", "registers.c"], linkstatic = True, alwayslink = True)

cc_library(name = "plain", srcs = ["second.c", "registers.c"], linkstatic = True)

ardedup_trim(
    name = "whole",
    ardedup = "//ardedup",
    deps = [":always", ":plain"],
    objects = ["calls.o"],
    providers = ["libplain.a"],
)

cc_binary(
    name = "calls",
    srcs = ["calls.o", ":whole"],
    linkstatic = True,
)

ardedup_trim(
    name = "unknown_provider",
${LINE}    providers = ["libgone.a"],
    tags = ["manual"],
)
`;
