import { Argument, Command } from 'commander';
import { bashCompletion } from './help/bash-completion.js';
import { type CommandPage, commandPages } from './help/command-page.js';
import { fishCompletion } from './help/fish-completion.js';
import { withExamples } from './help/help-text.js';
import { zshCompletion } from './help/zsh-completion.js';
import type { Streams } from './streams.js';

const SHELLS: Readonly<Record<string, (commands: readonly CommandPage[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `ardedup completion`: a script that makes a shell complete commands, options and values. */
export function completionCommand(streams: Streams, program: Command): Command {
  const command = new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action((shell: string) => {
      streams.out(SHELLS[shell](commandPages(program)));
    });
  return withExamples(
    command,
    { what: 'bash, in ~/.bashrc', command: 'source <(ardedup completion bash)' },
    { what: 'zsh, once; the folder is one of $fpath', command: 'ardedup completion zsh > ~/.zfunc/_ardedup' },
    { what: 'fish, once', command: 'ardedup completion fish > ~/.config/fish/completions/ardedup.fish' },
  );
}
