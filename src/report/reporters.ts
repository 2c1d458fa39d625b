import type { CheckResult, ReportOptions } from './check/check-result.js';

/** From what a check found to text. It computes nothing: whether the check fails is decided before. */
export type Reporter = (result: CheckResult, options: ReportOptions) => string;

/** Output formats of `check`, loaded on use. */
export const reporters = {
  text: async (): Promise<Reporter> => (await import('./check/check-text.js')).textReport,
  json: async (): Promise<Reporter> => (await import('./check/check-json.js')).jsonReport,
  sarif: async (): Promise<Reporter> => (await import('./check/sarif.js')).sarifReport,
  github: async (): Promise<Reporter> => (await import('./check/github.js')).githubReport,
  markdown: async (): Promise<Reporter> => (await import('./check/markdown.js')).markdownReport,
  junit: async (): Promise<Reporter> => (await import('./check/junit.js')).junitReport,
  csv: async (): Promise<Reporter> => (await import('./check/csv.js')).csvReport,
  html: async (): Promise<Reporter> => (await import('./html/html-report.js')).htmlReport,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

export type ReporterId = keyof typeof reporters;
export const reporterIds = Object.keys(reporters) as readonly ReporterId[];
