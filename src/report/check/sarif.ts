import { isAbsolute } from 'node:path';
import {
  explainHint,
  findingCodes,
  findingKinds,
  findingPage,
  findingUrl,
  type Place,
  type Severity,
} from '../../check/findings.js';
import type { JudgedFinding } from '../../check/gate.js';
import { version } from '../../version.js';
import { printable } from '../place.js';
import { type CheckResult, statusText } from './check-result.js';

/** SARIF 2.1.0, errata 01: chapters in comments. What reads it shows few locations of one result. */
const MOST_LOCATIONS = 10;

interface Message {
  readonly text: string;
  readonly markdown?: string;
}

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
  };
  readonly logicalLocations?: readonly {
    readonly name: string;
    readonly fullyQualifiedName: string;
    readonly kind: string;
  }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Severity;
  readonly message: Message;
  readonly locations?: readonly Location[];
  readonly occurrenceCount?: number;
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly baselineState?: 'new' | 'unchanged' | 'updated' | 'absent';
  readonly suppressions?: readonly {
    readonly kind: 'external';
    readonly status: 'accepted';
    readonly justification: string;
  }[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** For code scanning: SARIF 2.1.0. */
export function sarifReport(result: CheckResult): string {
  const hasBaseline =
    result.gone.length > 0 || result.findings.some(({ countBefore }) => countBefore !== undefined);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ardedup', version, rules: findingCodes.map(ruleOf) } },
        invocations: [{ executionSuccessful: true, exitCode: result.fails ? 1 : 0 }],
        columnKind: 'utf16CodeUnits',
        results: [
          ...result.findings.map((finding) => resultOf(finding, hasBaseline)),
          ...result.gone.map(
            ({ kind, message, fingerprint }): Result => ({
              ...identity(kind, fingerprint),
              level: findingKinds[kind].severity,
              message: { text: messageText(message) },
              baselineState: 'absent',
            }),
          ),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

/** 3.49: the rule of a kind of result. */
function ruleOf(code: (typeof findingCodes)[number]) {
  const { title, help, severity } = findingKinds[code];
  const url = findingUrl(code);
  return {
    id: code,
    name: code.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: `${help} See ${explainHint(code)}.`, markdown: `${help} See \`${explainHint(code)}\`.` },
    ...(url === null ? {} : { helpUri: url }),
    defaultConfiguration: { level: severity },
  };
}

const identity = (kind: JudgedFinding['kind'], fingerprint: string) => ({
  ruleId: kind,
  ruleIndex: findingCodes.indexOf(kind),
  partialFingerprints: { 'ardedupFinding/v1': fingerprint },
});

function resultOf(finding: JudgedFinding, hasBaseline: boolean): Result {
  const { kind, severity, message, places, symbols, count, remedy, fingerprint, status } = finding;
  const said = statusText(finding);
  return {
    ...identity(kind, fingerprint),
    level: severity,
    message: { text: messageText(said === null ? message : `${message} (${said})`) },
    locations: places.slice(0, MOST_LOCATIONS).map(locationOf),
    occurrenceCount: count,
    ...(hasBaseline ? { baselineState: baselineState(finding) } : {}),
    ...(status === 'suppressed' || status === 'allowed'
      ? { suppressions: [{ kind: 'external', status: 'accepted', justification: said ?? '' }] }
      : {}),
    properties: {
      symbols,
      ...(remedy === null ? {} : { remedy }),
      page: findingUrl(kind) ?? findingPage(kind),
    },
  };
}

function baselineState({ status, countBefore }: JudgedFinding): 'new' | 'unchanged' | 'updated' {
  if (countBefore === undefined) return 'new';
  return status === 'known' ? 'unchanged' : 'updated';
}

/** 3.28: the file by a URI, the member as a part of it. */
function locationOf({ file, member }: Place): Location {
  const path = file.replaceAll('\\', '/');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const uri = isAbsolute(file) ? `file://${encoded.startsWith('/') ? '' : '/'}${encoded}` : encoded;
  return {
    physicalLocation: { artifactLocation: isAbsolute(file) ? { uri } : { uri, uriBaseId: '%SRCROOT%' } },
    ...(member === null
      ? {}
      : {
          logicalLocations: [
            {
              name: printable(member.name),
              fullyQualifiedName: `${printable(file)}(${printable(member.name)})#${member.ordinal}`,
              kind: 'object',
            },
          ],
        }),
  };
}

/** 3.11.5 and 3.11.6: in a message, brackets would begin a link and braces a placeholder. */
const messageText = (text: string): string =>
  text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, (brace) => brace + brace);
