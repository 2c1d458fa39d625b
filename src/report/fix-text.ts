import type { FixResult } from '../fix/fix-line.js';
import type { TextOptions } from './plan/plan-text.js';
import { shellLine } from './shell-line.js';

export function fixText({ report }: FixResult, _: TextOptions): string {
  return `${JSON.stringify(report.before)}\n${report.cures.map(({ id, kind, summary }) => `${id} ${kind} ${summary}\n`).join('')}${report.command ? shellLine(report.command) : ''}\n`;
}
