import { isDefinition, isFunction } from '../../../symbols/flags.js';
import type { ObjectImage } from '../../../symbols/image/object-image.js';
import type { AdviceContext, Pair } from '../context.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { perMember } from '../per-member.js';

/** Functions that a header defines without `inline`, and variables that it defines without `extern`. */
export const inlineHeader: AdviceDetector = {
  code: 'inline-header',
  detect(context) {
    const { flags } = context.state.links[0].subject.opened.inputs.symbols;
    const found = context.rivals().flatMap((pair) => {
      if (!isOneBody(context, pair) && !isOneVariable(context, pair)) return [];
      const [one, other] = membersOf(context, pair).map((member) => headersOf(context, member));
      const header = [...one].find((name) => other.has(name));
      return header === undefined ? [] : [{ pair, header }];
    });
    if (found.length === 0) return null;
    const [{ header }] = found;
    const own = found.map(({ pair }) => pair);
    const files = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(context.label))];
    const areFunctions = own.map(({ winner }) => isFunction(flags[winner]));
    const remedies = [
      ...(areFunctions.includes(true)
        ? ['functions that a header defines have to be `inline` (in C: `static inline`)']
        : []),
      ...(areFunctions.includes(false)
        ? ['variables have to be `extern` in a header, and defined in one file (or `inline`, since C++17)']
        : []),
    ];
    return {
      code: this.code,
      text: `${namesText(own.map(({ text }) => text))} ${own.length === 1 ? 'is' : 'are'} defined in each of ${files.join(', ')}, which all were compiled with ${header}: ${remedies.join('; ')}`,
      explains: own.map(({ name }) => name),
    };
  },
};

/** A function of a header has one body in all files; functions of files that merely include the same header do not. */
export function isOneBody(context: AdviceContext, pair: Pair): boolean {
  const { symbols, format } = context.state.links[0].subject.opened.inputs;
  const { names, name, flags, size } = symbols;
  if (!isFunction(flags[pair.winner]) || !isFunction(flags[pair.loser])) return false;
  const [a, b] = [size[pair.winner], size[pair.loser]];
  // Other formats do not record the size of a function's code, and assembly may leave it out.
  if (format === 'elf' && a > 0 && b > 0 && a !== b) return false;
  const linkageName = names.text(name[pair.winner]);
  const [one, other] = membersOf(context, pair).map((member) => bodyOf(context.image(member), linkageName));
  return one !== null && other !== null && Buffer.compare(one, other) === 0;
}

/** A header's variable has one initial value in all files. */
export function isOneVariable({ state }: AdviceContext, { winner, loser }: Pair): boolean {
  const { prepared } = state.links[0].subject;
  const { flags } = prepared.graph.inputs.symbols;
  return (
    [winner, loser].every((symbol) => isDefinition(flags[symbol]) && !isFunction(flags[symbol])) &&
    prepared.twins.haveEqualData(winner, loser)
  );
}

/** Up to the next symbol where the format records no sizes. */
function bodyOf(image: ObjectImage | null, name: string): Uint8Array | null {
  const symbol = image?.symbols.find((one) => one.name === name && one.section >= 0);
  if (image === null || symbol === undefined) return null;
  const { bytes } = image.sections[symbol.section];
  const { section } = symbol;
  const start = Number(symbol.value);
  if (symbol.size > 0n) return bytes.subarray(start, start + Number(symbol.size));
  const later = image.symbols.flatMap((one) =>
    one.section === section && one.value > symbol.value ? [Number(one.value)] : [],
  );
  return bytes.subarray(start, Math.min(bytes.length, ...later.slice(0, MOST_SYMBOLS)));
}

/** Limit within one section. A file with more symbols is not regarded as a user of a header. */
const MOST_SYMBOLS = 10_000;

const HEADER = /[\w.+-]+\.(?:h|hh|hpp|hxx|h\+\+|inl|ipp|tcc)$/;
/** Bytes: a longer name is not that of a header. */
const LONGEST_NAME = 255;
/** Headers of the system and of language libraries are in nearly every object. */
const OF_SYSTEM =
  /^(?:std|bits|sys|c\+\+|cstd|x86|_G_|libio|errno|ctype|wchar|time|string|locale|thread|struct_|types?|unistd|math|signal|alloc|basic_|char_traits|allocator|cpp_type|functexcept|iostream|ostream|istream|move|new_|ptr_traits|stl_|vector|exception|initializer|postypes|predefined|gthr|atomic|clocale|assert|features|limits|debug|concept|range|refwrap|unique_|shared_|invoke|hash|node_handle|stringfwd|memoryfwd|sched|pthread|__)/;

/** File names of headers in the line tables of an object's debug information. */
const headersOf = perMember(({ state }, member): Set<string> => {
  const { source } = state.links[0].subject.opened.inputs.members[member];
  const { bytes } = source.view(0, Math.min(source.size, LARGEST), 'debug information');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const names = new Set<string>();
  let start = 0;
  for (let end = text.indexOf(0); end >= 0; end = text.indexOf(0, start)) {
    if (LAST_BYTES.has(text[end - 1])) {
      const [name] = HEADER.exec(text.toString('latin1', Math.max(start, end - LONGEST_NAME), end)) ?? [];
      if (name !== undefined && !OF_SYSTEM.test(name)) names.add(name);
    }
    start = end + 1;
  }
  return names;
});

/** Last bytes of header names, to skip most texts of an object quickly. */
const LAST_BYTES: ReadonlySet<number> = new Set(Buffer.from('hpx+lc'));

/** Larger objects are whole libraries, which no header explains. */
const LARGEST = 16 << 20;
