import { Command, Option } from 'commander';
import { openLine } from '../link/line/open-lines.js';
import { editsByPlan } from '../report/inspect/inspected-edits.js';
import { inspectAll } from '../report/inspect/inspection.js';
import { inspectionText } from '../report/inspect/inspection-text.js';
import { withExamples } from './help/help-text.js';
import { readPlans } from './saved-plan.js';
import type { Streams } from './streams.js';
import { colorsOf, printText } from './terminal/print-text.js';

interface InspectOptions {
  readonly format: 'text' | 'json';
  readonly members?: boolean;
  readonly plan?: string;
}

const EXAMPLES = [
  { what: 'formats, symbols, index and quirks of an archive', command: 'ardedup inspect libfoo.a' },
  { what: 'each member, as JSON', command: 'ardedup inspect --members --format json libfoo.a' },
];

/** `ardedup inspect`: what is in archives and objects. */
export function inspectCommand(streams: Streams): Command {
  const command = new Command('inspect')
    .description('show what is in archives and objects: members, formats, symbols, index, origin, quirks')
    .argument('<files...>', 'archives and objects')
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .option('-m, --members', 'show the facts about each member')
    .option('--plan <file>', 'the plan that wrote an archive: show the edits of symbols that it records');
  return withExamples(command, ...EXAMPLES).action((files: string[], options: InspectOptions) => {
    const opened = openLine(files, 'inspect');
    try {
      const { plan } = options;
      const edits = plan === undefined ? undefined : editsByPlan(opened.inputs, readPlans(plan), plan);
      const inspected = inspectAll(opened, edits);
      if (options.format === 'json')
        streams.out(
          `${JSON.stringify({ format: 'ardedup-inspect', formatVersion: 1, ...inspected }, null, 1)}\n`,
        );
      else printText(streams, inspectionText(inspected, options.members === true, colorsOf(streams)));
    } finally {
      opened.close();
    }
  });
}
