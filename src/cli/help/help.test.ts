import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { manual } from '../main.js';
import { givenCommand } from '../options/given-line.js';
import { defineProgram } from '../program.js';
import { commandPages } from './command-page.js';

const given = givenCommand([]);
const streams = { out: () => {}, error: () => {}, input: async () => null, colors: false };
const pages = commandPages(
  await defineProgram({ streams, args: [], given, setExitCode: () => {}, complain: () => {} }),
);

describe('--help', () => {
  test('each command has examples, of options that it has', () => {
    const withoutExamples = pages.filter(
      ({ name, examples }) => !name.includes(' ') && examples.length === 0,
    );
    expect(withoutExamples.map(({ name }) => name)).toEqual([]);
    const unknown = pages.flatMap(({ examples }) =>
      examples.flatMap(({ command }) => command.split(' && ').flatMap(unknownOptions)),
    );
    expect(unknown).toEqual([]);
  });

  test.each(pages.map(({ name }) => name))(
    '%s shows no default of nothing, and its examples',
    async (name) => {
      const { exitCode, out } = await runMain([...name.split(' '), '--help']);
      expect(exitCode).toBe(0);
      expect(out).not.toContain('[]');
      for (const { what, command } of pages.find((page) => page.name === name)?.examples ?? [])
        expect(out).toContain(`  # ${what}\n  ${command}\n`);
      expect(out.split('\n').filter((line) => line.length > 80 && !/^ {2}(#|\S)/.test(line))).toEqual([]);
    },
  );
});

/** Options of an example before its `--` that the command does not have. */
function unknownOptions(command: string): string[] {
  const [program, ...words] = command.split(' ');
  if (program !== 'ardedup') return [];
  const page = pages.findLast(({ name }) => `${words.join(' ')} `.startsWith(`${name} `));
  const end = words.indexOf('--');
  const known = page?.options.flatMap(({ short, long }) => [short, long]) ?? [];
  return words
    .slice(0, end < 0 ? words.length : end)
    .filter((word) => word.startsWith('-') && !known.includes(word))
    .map((word) => `${command}: ${word}`);
}

describe('the man page', () => {
  const at = useFolder();

  test('names each command and option', async () => {
    const text = (await manual()).replaceAll('\\-', '-');
    for (const { name, options } of pages) {
      expect(text).toContain(`.SS ardedup ${name}\n`);
      for (const { flags } of options) expect(text).toContain(`.B ${flags}\n`);
    }
    expect(text).not.toMatch(/^undefined/m);
  });

  needsTool('groff')('groff has no warning', async ([groff]) => {
    writeFileSync(at('ardedup.1'), await manual());
    const { status, stderr } = spawnSync(groff, ['-man', '-Tutf8', '-ww', '-z', at('ardedup.1')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  needsTool('man')('man shows it', async ([man]) => {
    writeFileSync(at('ardedup.1'), await manual());
    const { status, stdout, stderr } = spawnSync(man, ['--warnings', './ardedup.1'], {
      cwd: at(),
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '80', MAN_KEEP_FORMATTING: '', LC_ALL: 'C.UTF-8', MANPAGER: 'cat' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/NAME\n +ardedup - use one copy of each runtime in a native link\n/);
    expect(stdout).toMatch(/^ +--provider <archive>\n +Archive whose copies stay/m);
  });
});

describe('completion', () => {
  const at = useFolder((folder) => {
    writeFileSync(`${folder}/libzebra.a`, '');
  });
  const script = async (shell: string): Promise<string> => {
    const { out } = await runMain(['completion', shell]);
    writeFileSync(at(`ardedup.${shell}`), out);
    return at(`ardedup.${shell}`);
  };
  /** A line to complete, and what one of its completions is. */
  const LINES = [
    ['ardedup ch', 'check'],
    ['ardedup check --for', '--format'],
    ['ardedup check --format sar', 'sarif'],
    ['ardedup check --fail-on split', 'split-state'],
    ['ardedup explain split', 'split-state'],
    ['ardedup trim --linker ld64.lld-', 'ld64.lld-16'],
    ['ardedup cache cl', 'clear'],
    ['ardedup cache info --form', '--format'],
    ['ardedup completion fi', 'fish'],
  ] as const;
  const inFolder = { encoding: 'utf8', timeout: 60_000 } as const;

  test('no other shell', async () => {
    expect((await runMain(['completion', 'tcsh'])).error).toContain("'tcsh' is invalid");
  });

  needsTool('bash')('bash', async ([bash]) => {
    const test = `source '${await script('bash')}'
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ardedup; echo "\${COMPREPLY[@]}"; }
compopt() { :; }
${LINES.map(([line]) => `try ${line}`).join('\n')}
try ardedup check --format = sar
try ardedup ''
try ardedup fix -- bas
try ardedup fix -- cc --out
complete -p ardedup`;
    const out = execFileSync(bash, ['--norc', '-c', test], { ...inFolder, cwd: at() }).split('\n');
    expect(out.slice(0, LINES.length)).toEqual(LINES.map(([, completed]) => completed));
    const [equals, commands, programs, behind, registered] = out.slice(LINES.length);
    expect(equals).toBe('sarif');
    expect(commands.split(' ')).toEqual(pages.map(({ name }) => name).filter((name) => !name.includes(' ')));
    expect(programs.split(' ')).toContain('bash');
    expect(behind).toBe('');
    expect(registered).toBe('complete -o default -F _ardedup ardedup');
  });

  needsTool('fish')(
    'fish',
    async ([fish]) => {
      const lines = [
        ...LINES,
        ['ardedup check --provider libz', 'libzebra.a'],
        ['ardedup fix -- fis', 'fish'],
      ];
      const tries = lines.map(([line]) => `complete -C '${line}'; echo =`).join('; ');
      const test = `function ardedup; end; source '${await script('fish')}'; ${tries}; complete -C 'ardedup fix -- cc --out'`;
      const out = execFileSync(fish, ['--no-config', '-c', test], { ...inFolder, cwd: at() }).split('=\n');
      const found = out.map((part) => part.split('\n').map((line) => line.split('\t')[0]));
      for (const [row, [, completed]] of lines.entries()) expect(found[row]).toContain(completed);
      expect(out.at(-1)).toBe('');
    },
    60_000,
  );

  needsTool('zsh')(
    'zsh',
    async ([zsh]) => {
      const lines = [...LINES, ['ardedup check --provider libz', 'libzebra.a']];
      writeFileSync(at('try.zsh'), ZSH_SESSION);
      const words = [at('try.zsh'), await script('zsh'), ...lines.flat()];
      const out = execFileSync(zsh, ['-f', ...words], {
        ...inFolder,
        cwd: at(),
        env: { ...process.env, TERM: 'dumb' },
      });
      expect(out.trimEnd().split('\n')).toEqual(lines.map(([, completed]) => completed));
    },
    90_000,
  );
});

/** Types each line into an interactive zsh, presses Tab, and prints what was expected once it is on the screen. */
const ZSH_SESSION = `zmodload zsh/zpty zsh/datetime
shown() {
  local out='' text deadline=$((EPOCHREALTIME + 30))
  while (( EPOCHREALTIME < deadline )); do
    zpty -r -t shell text && out+=$text || sleep 0.05
    [[ $out == *$1* ]] && return 0
  done
  return 1
}
zpty shell "$ZSH_NAME" -f -i
zpty -w shell "PS1=; autoload -U compinit; compinit -D -u; source $1; ardedup() { }; print rea''dy"
shown ready || exit 1
shift
for line completed; do
  zpty -w -n shell "$line"$'\\t'
  if shown "\${line% *} $completed"; then print -r -- $completed; else print -r -- "nothing for $line"; fi
  zpty -w -n shell $'\\x15'
done
`;
