import { soleRuntimeOf } from '../../../origin/runtime-names.js';
import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { definedNames } from '../member-names.js';

/** Two libraries each have a runtime of which a process has one. `one-go-archive` is about Go's. */
export const oneRuntime: AdviceDetector = {
  code: 'one-runtime',
  detect(context) {
    const { fileName } = context;
    const rivals = context.rivals();
    const runtimes = rivals.map(({ text }) => soleRuntimeOf(text));
    const runtime = runtimes.find((one) => one !== null && one.language !== 'Go');
    if (!runtime) return null;
    const members = new Set(
      rivals.filter((_, at) => runtimes[at] === runtime).flatMap((pair) => membersOf(context, pair)),
    );
    const files = new Set([...members].map(fileName));
    const own = rivals.filter((pair) => membersOf(context, pair).every((one) => files.has(fileName(one))));
    const shown = [...members].flatMap((one) => definedNames(context, one)).filter(soleRuntimeOf);
    return {
      code: this.code,
      text: `${[...files].join(' and ')} each hold a runtime of ${runtime.language} (${namesText(shown)} in both), of which a program has one: ${runtime.remedy}`,
      explains: own.map(({ name }) => name),
      refuses: ALL_BUT_DROPS,
    };
  },
};
