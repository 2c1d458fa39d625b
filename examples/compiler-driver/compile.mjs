// A compiler driver that trims in its own process: node compile.mjs <folder of archives> [flags for the linker].
// It knows its line, its linker and which archive has the runtime, so that it queries no other tool.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProfile, openLines, planTrim, rewrittenLine, writeTrimmed } from 'ardedup';

const [archives, ...flags] = process.argv.slice(2);
const runtime = join(archives, 'libstdlib.a');
const cc = (...words) => execFileSync('cc', words, { stdio: 'inherit' });

cc('-c', '-o', 'main.o', 'main.c');
const work = mkdtempSync(join(tmpdir(), 'compile-'));
try {
  cc('-o', 'program', ...trimmed(['main.o', join(archives, 'libext_http.a'), runtime, ...flags]));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The line with archives in which each runtime is once. Where no plan can be made, the line as it is. */
function trimmed(line) {
  if (process.env.ARDEDUP === 'off') return line;
  try {
    // `program` says whose options these are. Only a line with universal files is several links.
    const {
      lines: [opened],
      close,
    } = openLines(line, { program: 'cc' });
    try {
      const provider = opened.inputs.archives.find(({ path }) => path === runtime).id;
      const plan = planTrim(opened.inputs, opened.line, {
        providers: [provider],
        linker: findProfile('gnu-ld'),
      });
      const outputs = writeTrimmed(plan, { kind: 'folder', path: work });
      return rewrittenLine(opened, outputs);
    } finally {
      close();
    }
  } catch (error) {
    console.warn(`warning: linked unchanged: ${error.message}`);
    return line;
  }
}
