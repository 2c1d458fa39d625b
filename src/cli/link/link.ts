import { Command } from 'commander';
import { withExamples, withNotes } from '../help/help-text.js';
import { LINK_OPTIONS, parseLinkArguments } from '../options/link-options.js';

const HELP = [
  'Put the command after --, as the build runs it. Called by the name of a tool (a symbolic link cc, ld.lld, ardedup-cc, …), ardedup wraps the next tool of that name in PATH, or the one that ARDEDUP_REAL_CC, ARDEDUP_REAL_LD_LLD, … names.',
  'Environment: ARDEDUP=off runs the line unchanged; ARDEDUP_PLAN=<file> saves the plan; ARDEDUP_PROVIDER, ARDEDUP_OWNER, ARDEDUP_LINKER, ARDEDUP_STRICT, ARDEDUP_CONFIRM, ARDEDUP_VERBOSE, ARDEDUP_CACHE, ARDEDUP_CACHE_DIR and ARDEDUP_CACHE_SIZE set the options.',
  'Exit code and signals are those of the tool. Exit code 2 can also mean that the tool could not be run, or that --confirm found a difference.',
];

const EXAMPLES = [
  { what: 'link with trimmed archives', command: 'ardedup link -- cc -o app main.o libfoo.a libbar.a' },
  {
    what: 'print the line that would be run',
    command: 'ardedup link --print -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'cure the link as `ardedup fix` does',
    command: 'ardedup link --fix -- ld.lld -o app main.o libfoo.a libbar.a',
  },
  { what: 'every link of a Cargo build', command: "RUSTFLAGS='-C linker=ardedup-cc' cargo build" },
];

/** Defines `ardedup link` for `--help`; `start.ts` runs the command without commander, which is slow to load. */
export function linkCommand(args: readonly string[]): Command {
  const command = new Command('link')
    .description('run a linker or compiler driver with trimmed archives')
    .usage('[options] -- <linker or compiler driver> [arguments...]')
    .argument('[words...]')
    .helpOption('-h, --help', 'display help for command')
    .allowUnknownOption()
    .action(async () => {
      const given = parseLinkArguments(args.slice(args.indexOf('link') + 1));
      const { runLink } = await import('./run-link.js');
      await runLink(given);
    });
  for (const { flags, help } of Object.values(LINK_OPTIONS)) command.option(flags, help);
  return withExamples(withNotes(command, ...HELP), ...EXAMPLES);
}
