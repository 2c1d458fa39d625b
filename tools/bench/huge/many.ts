import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  armapOf,
  type Bench,
  describeInspection,
  describePlan,
  type HugePlan,
  type Inspection,
  memberNames,
} from './bench.js';
import { chained, nameOf, plain } from './parts.js';
import { type GnuMember, writeGnuArchive } from './write-gnu.js';

/** An archive of very many members next to a provider that has half of them. */
export async function many(bench: Bench, count: number): Promise<void> {
  const path = join(bench.folder, 'libmany.a');
  const provider = join(bench.folder, 'libprovider.a');
  const out = join(bench.folder, 'out');
  const members = makeMembers(count);
  const shared = members.slice(0, count / 2);
  writeGnuArchive(path, members);
  writeGnuArchive(provider, shared);
  const title = `${count.toLocaleString('en')} members, ${Math.round(statSync(path).size / 1e6)} MB`;
  const seen = bench.measure<Inspection>(`inspect, ${title}`, ['inspect', path], describeInspection);
  bench.check(
    seen?.archives[0].members.length === count && seen.archives[0].indexDisagreements.length === 0,
    `${title}: all members, and an index that agrees`,
  );
  const line = ['--linker', 'lld', '--provider', provider, path, provider];
  const next = `${title}, next to half of them`;
  bench.measure<HugePlan>(`trim --dry-run, ${next}`, ['trim', '--dry-run', ...line], describePlan);
  const plan = bench.measure<HugePlan>(`trim, ${next}`, ['trim', '--out-dir', out, ...line], describePlan);
  if (plan === null) return;
  bench.check(
    plan.archives[0].dropped === shared.length,
    `what the provider has is dropped: ${plan.archives[0].dropped}`,
  );
  await checkWritten(bench, join(out, 'libmany.a'), members.slice(shared.length));
}

/** Each tenth has a long name; chains of ten refer to the next. */
const makeMembers = (count: number): GnuMember[] =>
  Array.from({ length: count }, (_, at) => ({
    name: at % 10 === 0 ? `a-member-of-some-length-${at}.o` : `m${at}.o`,
    data: at % 10 === 9 ? plain(at) : chained(at),
    symbol: nameOf(at),
  }));

async function checkWritten(bench: Bench, written: string, left: readonly GnuMember[]): Promise<void> {
  bench.check(
    (await memberNames(written)).join() === left.map(({ name }) => name).join(),
    `llvm-ar t lists the ${left.length} others`,
  );
  bench.check(
    (await armapOf(written)).join() === left.map(({ symbol, name }) => `${symbol} in ${name}`).join(),
    'llvm-nm --print-armap lists what they define',
  );
  const copy = join(bench.folder, 'copy.a');
  writeGnuArchive(copy, left);
  bench.check(
    spawnSync('cmp', ['-s', written, copy]).status === 0,
    'the bytes are those of an archive made of the others',
  );
}
