import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { numberOf, readOptions } from '../shared/options.js';
import { workFolder } from '../shared/work-folder.js';
import { Bench } from './huge/bench.js';
import { many } from './huge/many.js';
import { sparse } from './huge/sparse.js';

const USAGE = `Archives beyond what real ones are: one of more than 5 GiB, sparse, so that it takes little disk, and one of 100,000
members. Measures inspect and trim (wall, peak memory), and compares what is written with llvm-ar and llvm-nm. Exits 1
when anything is not right. Needs GNU time (/usr/bin/time); the archives are in the folder that TMPDIR names.

npm run bench:huge -- [members]`;

const { positionals } = readOptions(USAGE, {}, 1);
const count = numberOf('members', positionals[0] ?? '100000');
const bench = new Bench(workFolder('huge'));
mkdirSync(join(bench.folder, 'out'));
await sparse(bench);
await many(bench, count);
bench.print();
process.exitCode = bench.failures > 0 ? 1 : 0;
