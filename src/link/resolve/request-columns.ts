import { Given, RequestKind } from '../../core/link/parts.js';
import type { GivenColumns } from '../../symbols/given-columns.js';
import type { LineItem, LinkLine, Request } from '../line/link-line.js';
import { starts } from './graph-columns.js';

const KINDS: Readonly<Record<Request['kind'], RequestKind>> = {
  input: RequestKind.INPUT,
  'without-input': RequestKind.WITHOUT_INPUT,
  include: RequestKind.INCLUDE,
  export: RequestKind.EXPORT,
  'include-if-offered': RequestKind.INCLUDE_IF_OFFERED,
  alternate: RequestKind.ALTERNATE,
};

/** A linker directive as numbers: see `Given`. */
interface RequestRow {
  readonly id: number;
  readonly other: number;
}

/**
 * Gives the core the linker directives of files and of the line.
 * @param items of the line; those of directives are added
 */
export function giveRequests(
  given: GivenColumns,
  { requests, ownRequests }: LinkLine,
  members: number,
  items: LineItem[],
): void {
  const byMember: (readonly Request[])[] = [];
  if (requests.size > 0 || ownRequests.length > 0)
    for (let member = 0; member < members; member++) byMember.push(requests.get(member) ?? []);
  byMember.push(ownRequests);
  const all = byMember.flat();
  const isEmpty = all.length === 0;
  const ranks = rankKeys(all);
  const rows = all.map((request) => rowOf(request, items, ranks));
  given.give(Given.FIRST_REQUEST, isEmpty ? undefined : starts(byMember.map(({ length }) => length)));
  given.give(Given.REQUEST_KIND, isEmpty ? undefined : Uint8Array.from(all, ({ kind }) => KINDS[kind]));
  given.give(Given.REQUEST_ID, isEmpty ? undefined : Int32Array.from(rows, ({ id }) => id));
  given.give(Given.REQUEST_OTHER, isEmpty ? undefined : Int32Array.from(rows, ({ other }) => other));
}

/** The rank of each key of an input, in byte order. Keys have a byte in each character. */
function rankKeys(requests: readonly Request[]): ReadonlyMap<string, number> {
  const keys = requests.flatMap((request) => (request.kind === 'input' ? [request.key] : []));
  return new Map([...new Set(keys)].sort(inByteOrder).map((key, rank) => [key, rank]));
}

const inByteOrder = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1'));

function rowOf(request: Request, items: LineItem[], ranks: ReadonlyMap<string, number>): RequestRow {
  if (request.kind === 'alternate') return { id: request.from, other: request.to };
  if (request.kind !== 'input' && request.kind !== 'without-input') return { id: request.name, other: 0 };
  items.push(request.item);
  return { id: items.length - 1, other: request.kind === 'input' ? (ranks.get(request.key) ?? 0) : 0 };
}
