// The licences of the packages that a bundle has in it, as they ask to be passed on with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** @param inputs paths of the files in the bundle, as esbuild's metafile has them */
export function thirdPartyText(inputs: readonly string[]): string {
  const names = new Set(
    inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const parts = [...names].sort().map(licenceOf);
  return `What is bundled here, and under which licence:\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function licenceOf(name: string): string {
  const folder = resolve
    .paths(name)
    ?.map((modules) => join(modules, name))
    .find(existsSync);
  if (folder === undefined) throw new Error(`${name}: not installed`);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    license: string;
  };
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${name}: no licence is in the package`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
