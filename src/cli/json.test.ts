import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../test/builders/build-universal.js';
import { runMain } from '../../test/run-main.js';

const ROOT = join(import.meta.dirname, '../..');
// Conditions (`if … then required`) name properties that are defined outside of them.
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
const SCHEMAS = ['plan', 'plans', 'check', 'explain', 'fix', 'inspect', 'verify'] as const;
const validators = new Map(
  SCHEMAS.map((name) => [
    name,
    ajv.compile(JSON.parse(readFileSync(join(ROOT, `schema/${name}-v1.schema.json`), 'utf8')) as object),
  ]),
);

function expectValid(schema: (typeof SCHEMAS)[number], json: string): Record<string, unknown> {
  const value = JSON.parse(json) as Record<string, unknown>;
  const validate = validators.get(schema)!;
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
  return value;
}

/** The only plan of what `check` prints. */
async function checkedPlan(...args: string[]): Promise<Record<string, unknown>> {
  const { out } = await runMain(['check', '--format', 'json', ...args]);
  const { plans } = expectValid('check', out) as { plans: Record<string, unknown>[] };
  expect(plans).toHaveLength(1);
  return plans[0];
}

describe('what --format json prints', () => {
  let folder = '';
  const founding = (path: string) => join(ROOT, 'fixtures/founding', path);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-json-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const wrappers = ['http', 'ws', 'audit', 'pinned', 'stale', 'other'];
  const line = (format: string, ...names: string[]) => [
    founding(`${format}/main.o`),
    ...names.map((name) => founding(`${format}/lib${name}.a`)),
  ];

  test('fix: cures that are applied, that are offered, and none', async () => {
    const cured = line('elf', 'ext_http', 'stdlib');
    for (const words of [cured, line('elf', 'stdlib'), line('elf', 'ext_http', 'ext_other', 'stdlib')])
      for (const out of [[], ['--out-dir', join(folder, 'fixed')]]) {
        const args = ['fix', '--format', 'json', '--linker', 'lld', ...out, '--', 'ld.lld', ...words];
        expectValid('fix', (await runMain(args)).out);
      }
  });

  test.each(['elf', 'macho', 'coff', 'wasm'])('explain: a link, a symbol, a member, %s', async (format) => {
    const words = line(format, 'ext_pinned', 'stdlib');
    const asked = [[], ['rt_hit'], ['_rt_hit'], ['libstdlib.a(#0)']];
    for (const what of asked) {
      const { out, exitCode } = await runMain(['explain', '--format', 'json', ...what, '--', ...words]);
      if (exitCode === 0) expect(expectValid('explain', out)).toMatchObject({ log: null });
    }
  });

  test('explain: the page of a code', async () => {
    for (const code of ['split-state', 'owner', 'split state']) {
      const { out, error, exitCode } = await runMain(['explain', '--format', 'json', code]);
      expect({ error, exitCode }).toEqual({ error: '', exitCode: 0 });
      const { page } = expectValid('explain', out);
      expect(page).toEqual({ code, text: (await runMain(['explain', code])).out });
    }
  });

  test('explain: logs, with the line and without', async () => {
    const logs = readdirSync(join(ROOT, 'fixtures/diagnostics')).filter((name) => name.endsWith('.txt'));
    for (const name of logs) {
      const log = join(ROOT, 'fixtures/diagnostics', name);
      const alone = await runMain(['explain', '--format', 'json', log]);
      expect(expectValid('explain', alone.out)).toMatchObject({ link: null, causes: [] });
      const { out } = await runMain([
        'explain',
        '--format',
        'json',
        log,
        '--',
        ...line('elf', 'ext_http', 'stdlib'),
      ]);
      expect(expectValid('explain', out)).toMatchObject({ logCauses: [] });
    }
  });

  test.each(['elf', 'macho'])('check: a plan, %s', async (format) => {
    for (const name of wrappers) {
      const plan = await checkedPlan(...line(format, `ext_${name}`, 'stdlib'));
      expect(plan).toMatchObject({ format: 'ardedup-plan', complete: true, rewrittenLine: null });
    }
  });

  test('check: an open world, remedies, skipped inputs, nothing compared', async () => {
    const lines = [
      line('elf', 'ext_http', 'stdlib').slice(1),
      line('elf', 'ext_http', 'ext_stale', 'stdlib'),
      [...line('elf', 'ext_http', 'stdlib'), '-lnowhere', '--remap-inputs=f=g'],
      line('elf', 'ext_http'),
      [founding('elf/main.o')],
    ];
    for (const words of lines) {
      const named = words.some((word) => word.endsWith('libstdlib.a'));
      const provider = named ? ['--provider', founding('elf/libstdlib.a')] : [];
      await checkedPlan(...provider, ...words);
    }
  });

  test('check: unreadable members and members that are not objects', async () => {
    const archive = join(folder, 'odd.a');
    const member = (name: string, data: Buffer) =>
      Buffer.concat([
        Buffer.from(
          `${`${name}/`.padEnd(16)}${'0'.padEnd(12)}0     0     644     ${String(data.length).padEnd(10)}\`\n`,
        ),
        data,
        Buffer.alloc(data.length % 2, '\n'),
      ]);
    const bitcode = Buffer.from([0x42, 0x43, 0xc0, 0xde, 0, 0, 0, 0]);
    writeFileSync(
      archive,
      Buffer.concat([
        Buffer.from('!<arch>\n'),
        member('lto.o', bitcode),
        member('note.txt', Buffer.from('hello')),
      ]),
    );
    const plan = await checkedPlan(...line('elf', 'stdlib'), archive);
    expect(plan.complete).toBe(false);
    expect((plan.members as { reason?: string }[]).map(({ reason }) => reason)).toContain('unreadable');
    expectValid('inspect', (await runMain(['inspect', '--format', 'json', archive])).out);
    expect(await runMain(['check', '--strict', ...line('elf', 'stdlib'), archive])).toMatchObject({
      exitCode: 2,
      out: '',
    });
  });

  test('trim prints the plan that it saves', async () => {
    const saved = join(folder, 'plan.json');
    const words = line('elf', 'ext_http', 'stdlib');
    const args = [
      'trim',
      '--format',
      'json',
      '--plan',
      saved,
      '--out-dir',
      join(folder, 'out'),
      '--provider',
      words[2],
      ...words,
    ];
    const { out, exitCode } = await runMain(args);
    const plan = expectValid('plan', out);
    expect(exitCode).toBe(0);
    expect(plan.rewrittenLine).toEqual([words[0], join(folder, 'out/libext_http.a'), words[2]]);
    expect(readFileSync(saved, 'utf8')).toBe(out);
  });

  test('verify: proved, and not', async () => {
    const saved = join(folder, 'verified.json');
    const output = join(folder, 'verified.a');
    const words = line('macho', 'ext_http', 'stdlib');
    await runMain(['trim', '--plan', saved, '-o', output, '--provider', words[2], ...words]);
    const proved = await runMain(['verify', '--format', 'json', saved]);
    expect(expectValid('verify', proved.out)).toMatchObject({ proved: true, problems: [] });
    cpSync(words[1], output);
    const refuted = await runMain(['verify', '--format', 'json', saved]);
    expect(refuted.exitCode).toBe(1);
    expect(expectValid('verify', refuted.out)).toMatchObject({ proved: false });
  });

  test('universal files: a plan an architecture, and their slices', async () => {
    for (const name of ['main.o', 'libext_http.a', 'libstdlib.a']) {
      const parts = ['x86_64', 'arm64'].map((architecture) => ({
        architecture,
        bytes: retargeted(readFileSync(founding(`macho/${name}`)), architecture),
      }));
      writeFileSync(join(folder, name), buildUniversal(parts));
    }
    const words = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) => join(folder, name));
    const saved = join(folder, 'fat.json');
    const saving = ['--plan', saved, '-o', join(folder, 'fat.a'), '--provider', words[2]];
    const trimmed = await runMain(['trim', '--format', 'json', ...saving, ...words]);
    const { plans } = expectValid('plans', trimmed.out) as { plans: Record<string, unknown>[] };
    expect(readFileSync(saved, 'utf8')).toBe(trimmed.out);
    expect(plans.map(({ architecture }) => architecture)).toEqual(['x86_64', 'arm64']);
    for (const plan of plans) expectValid('plan', JSON.stringify(plan));
    expectValid('verify', (await runMain(['verify', '--format', 'json', saved])).out);
    cpSync(words[1], join(folder, 'fat.a'));
    const refuted = expectValid('verify', (await runMain(['verify', '--format', 'json', saved])).out);
    expect(refuted.problems).toMatchObject([{ architecture: 'x86_64' }, { architecture: 'arm64' }]);
    expect(await checkedPlan('--arch', 'arm64', ...words)).toMatchObject({ architecture: 'arm64' });
    const inspected = expectValid('inspect', (await runMain(['inspect', '--format', 'json', ...words])).out);
    expect(inspected.universal).toHaveLength(3);
    expect(inspected.archives).toMatchObject(
      ['x86_64', 'arm64', 'x86_64', 'arm64'].map((architecture) => ({ architecture })),
    );
  });

  test('inspect: what each format says of the tools that made it', async () => {
    const objects = join(ROOT, 'fixtures/objects');
    const producers = async (path: string) => {
      const { out } = await runMain(['inspect', '--format', 'json', path]);
      const { objects: found } = expectValid('inspect', out) as { objects: { producers: string[] }[] };
      return found[0].producers;
    };
    expect(await producers(founding('elf/main.o'))).toEqual([expect.stringMatching(/^GCC: \(Debian 12/)]);
    expect(await producers(founding('macho/main.o'))).toEqual(['a compiler for macos 11.0']);
    expect(await producers(join(objects, 'bitcode/llvm19-elf.o'))).toEqual(['LLVM19.1.7']);
    expect(await producers(founding('wasm/main.o'))).toEqual([expect.stringMatching(/clang/)]);
    const { out } = await runMain(['inspect', '--format', 'json', join(objects, 'coff/import-x86_64-4.o')]);
    expect(expectValid('inspect', out).objects).toMatchObject([{ import: { dll: 'sample.dll' } }]);
  });

  test('inspect: archives and objects of both formats', async () => {
    for (const format of ['elf', 'macho']) {
      const names = wrappers.map((name) => `ext_${name}`);
      const { out } = await runMain(['inspect', '--format', 'json', ...line(format, ...names, 'stdlib')]);
      expect(expectValid('inspect', out).archives).toHaveLength(7);
    }
  });
});
