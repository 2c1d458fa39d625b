#!/usr/bin/env node
/** Bytes. More than anything has that is read from standard input, which may never end. */
const MOST_INPUT = 1 << 29;
/** Set when what was printed did not arrive: then the command has failed, whatever it found. */
let isLost = false;
process.stdout.on('error', (error) => {
  // EPIPE: who was listening has heard enough, as `head` does.
  if (error.code === 'EPIPE' || isLost) return;
  isLost = true;
  process.exitCode = 2;
  process.stderr.write(`ardedup: standard output: ${error.message}\n`);
});
// No stream is left to report it on.
process.stderr.on('error', () => {});

/** Letters that are encoded at once: a report may have millions, and its bytes as a whole would be twice in memory. */
const PIECE = 1 << 16;

/** @param {string} text */
function writeInPieces(text) {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + PIECE);
    // Two halves of a letter are encoded together.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end++;
    process.stdout.write(text.slice(start, end));
    start = end;
  }
}

/** A clone has no dist/ before its first build. */
async function loadStart() {
  try {
    // CommonJS, by package.json in this folder, which Node loads sooner; a module where that file was left out.
    if (typeof require === 'function') return require('../dist/start.cjs').start;
    return (await import('../dist/start.cjs')).start;
  } catch (error) {
    if (!error.code?.endsWith('MODULE_NOT_FOUND') || !error.message.includes('start.cjs')) throw error;
    process.stderr.write('ardedup: not built yet; run npm ci && npm run build\n');
    return null;
  }
}

async function run() {
  const start = await loadStart();
  if (start === null) {
    process.exitCode = 2;
    return;
  }
  const exitCode = await start(process.argv[1] ?? '', process.argv.slice(2), {
    out: writeInPieces,
    error: (text) => process.stderr.write(text),
    input: async () => {
      if (process.stdin.isTTY) return null;
      const chunks = [];
      let size = 0;
      for await (const chunk of process.stdin) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MOST_INPUT) break;
      }
      return Buffer.concat(chunks);
    },
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
    columns: process.stdout.isTTY ? process.stdout.columns : null,
    errorTerminal: process.stderr.isTTY
      ? { columns: process.stderr.columns, colors: !process.env.NO_COLOR }
      : null,
  });
  process.exitCode = isLost ? 2 : exitCode;
}

// Not awaited here, where an executable of one CommonJS file could not: what is thrown ends the process anyway.
run();
