import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { useFolder } from '../use-folder.js';

const MODULE = join(import.meta.dirname, '../../integrations/cmake/ardedup.cmake');
/** Milliseconds: CMake takes long on a machine that is busy. */
const CONFIGURES = 120_000;

const at = useFolder();

/** Configures a project without languages, so that nothing is compiled. */
function configure(cmake: string, name: string, lines: string, options: readonly string[]) {
  mkdirSync(at(name));
  const text = `cmake_minimum_required(VERSION 3.21)\nproject(p NONE)\ninclude("${MODULE}")\n${lines}\n`;
  writeFileSync(at(`${name}/CMakeLists.txt`), text);
  const ran = spawnSync(cmake, ['-S', at(name), '-B', at(`${name}/build`), ...options], { encoding: 'utf8' });
  return { status: ran.status, error: ran.stderr.replace(/\s+/g, ' ') };
}

describe('the CMake module', () => {
  needsTool('cmake', 'make')(
    'bad use ends the configuration with one message',
    ([cmake]) => {
      const cases: readonly (readonly [lines: string, message: string, ...options: string[]])[] = [
        ['ardedup_target(program)', "'program' is not a target"],
        [
          'add_custom_target(all_of ALL)\nardedup_target(all_of)',
          "'all_of' is not linked (expected an executable",
        ],
        ['add_library(x INTERFACE)\nardedup_target(x PROVDER liba.a)', "unknown argument 'PROVDER;liba.a'"],
        ['add_library(x INTERFACE)\nardedup_target(x LINKER)', 'LINKER is missing its value'],
        [
          'set(CMAKE_FIND_ROOT_PATH /none)\nset(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM ONLY)\nadd_library(x SHARED IMPORTED)\nardedup_target(x)',
          'node was not found; set ARDEDUP_NODE',
        ],
      ];
      for (const [row, [lines, message, ...options]] of cases.entries()) {
        const { status, error } = configure(cmake, `case${row}`, lines, options);
        expect([lines, status]).toEqual([lines, 1]);
        expect(error).toContain(message);
      }
    },
    CONFIGURES,
  );

  needsTool('cmake', 'ninja')(
    'the launcher has the options of the call, under another name of the target too',
    ([cmake]) => {
      const lines = `add_library(x SHARED IMPORTED GLOBAL)\nadd_library(also ALIAS x)\nardedup_target(also STRICT LINKER lld PROVIDER liba.a "lib b.a" OWNER tokio=liba.a OPTIONS --no-cache)\nget_target_property(l x C_LINKER_LAUNCHER)\nmessage(FATAL_ERROR "\${l}")`;
      const { error } = configure(cmake, 'project', lines, ['-G', 'Ninja', '-DARDEDUP_COMMAND=/opt/ardedup']);
      expect(error).toContain(
        '/opt/ardedup;link;--strict;--linker;lld;--provider;liba.a;--provider;lib b.a;--owner;tokio=liba.a;--no-cache;--',
      );
    },
    CONFIGURES,
  );
});
