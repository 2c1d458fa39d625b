// @ts-nocheck
// What other tools say of the symbols of a file, row by row, beside what we read. Both sides are brought to one line of
// text a symbol, in the order of the symbol table; a difference is a line that is not the same.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The newest LLVM that is installed. */
export const llvm = (tool, versions = ['22', '19', '16', '15', '14']) =>
  versions.map((version) => `/usr/lib/llvm-${version}/bin/${tool}`).find(existsSync) ?? tool;

/** Hands each line of what a command prints to `take`; `false` from it ends the command. */
export function eachLine(command, args, take) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    let isOver = false;
    child.stdout.setEncoding('latin1');
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (isOver || take(line) !== false) continue;
        isOver = true;
        child.kill();
      }
    });
    child.on('error', reject);
    child.on('close', () => {
      if (rest !== '' && !isOver) take(rest);
      resolve();
    });
  });
}

/** Walks our members beside the other tool's output. */
class Comparison {
  differences = 0;
  #members;
  #toLine;
  #note;
  #member = -1;
  #row = 0;
  #rows = [];

  constructor(members, toLine, note) {
    this.#members = members;
    this.#toLine = toLine;
    this.#note = note;
    if (members.length === 1 && members[0].isAlone) this.#enter(0);
  }

  /** The tool goes on to a member of this name; members that it does not mention are skipped. */
  member(name) {
    if (this.#members[0]?.isAlone) return;
    let at = this.#member + 1;
    while (at < this.#members.length && name !== null && this.#members[at].name !== name) at++;
    this.#finishMember();
    for (let skipped = this.#member + 1; skipped < Math.min(at, this.#members.length); skipped++)
      if (this.#members[skipped].rows(this.#toLine).length > 0)
        this.#differ(
          skipped,
          `${this.#members[skipped].rows(this.#toLine).length} symbols`,
          'no such member',
        );
    if (at >= this.#members.length) this.#differ(this.#member, 'no more member', name);
    this.#enter(at);
  }

  /** One symbol, as the tool has it. */
  symbol(theirs) {
    const ours = this.#rows[this.#row++];
    if (ours !== theirs) this.#differ(this.#member, ours, theirs);
  }

  finish() {
    this.#finishMember();
    for (let at = this.#member + 1; at < this.#members.length; at++)
      if (this.#members[at].rows(this.#toLine).length > 0)
        this.#differ(at, `${this.#members[at].rows(this.#toLine).length} symbols`, 'no such member');
    return this.differences;
  }

  #enter(at) {
    this.#member = at;
    this.#row = 0;
    this.#rows = this.#members[at]?.rows(this.#toLine) ?? [];
  }

  #finishMember() {
    for (; this.#row < this.#rows.length; this.#row++)
      this.#differ(this.#member, this.#rows[this.#row], 'nothing more');
    this.#rows = [];
  }

  #differ(at, ours, theirs) {
    this.differences++;
    if (this.differences <= 3) this.#note(this.#members[at]?.name ?? '?', ours ?? 'nothing more', theirs);
  }
}

/** `   12: 0000000000000000    42 FUNC    GLOBAL DEFAULT [<localentry>: 8]    4 name` */
const READELF_ROW =
  /^\s*\d+:\s+[0-9a-f]+\s+(0x[0-9a-f]+|\d+)\s+(\S+|<.*?>: \d+)\s+(LOCAL|GLOBAL|WEAK|UNIQUE|<.*?>: \d+)\s+(\S+)\s+(?:\[.*?\]\s+|<other>: \S+\s+)?(\S+)\s(.*)$/;
/** Reserved section indexes by what they are; `-` where a definition is in no section of its own object. */
const READELF_SECTIONS = {
  SCOM: 'COM',
  LARGE_COM: 'COM',
  ANSI_COM: 'COM',
  SUND: 'UND',
  ACOM: '-',
  TEXT: '-',
  DATA: '-',
};

function elfLine({ name, role, weak, unique, absolute, visibility, kind, section, size }) {
  const binding = unique ? 'UNIQUE' : weak ? 'WEAK' : 'GLOBAL';
  const place =
    role === 'reference' ? 'UND' : role === 'common' ? 'COM' : absolute ? 'ABS' : section < 0 ? '-' : section;
  const type = { none: 'NOTYPE', function: 'FUNC', data: 'OBJECT', tls: 'TLS', ifunc: 'IFUNC' }[kind];
  return `${name} ${binding} ${visibility} ${place === 'COM' ? 'OBJECT' : type} ${place === 'UND' ? 0 : size} ${place}`;
}

export async function readelf(path, members, note) {
  const comparison = new Comparison(members, elfLine, note);
  await eachLine('readelf', ['-sW', path], (line) => {
    if (line.startsWith('File: ')) return void comparison.member(null);
    const match = READELF_ROW.exec(line);
    if (!match || match[3] === 'LOCAL') return;
    const [, size, type, binding, visibility, index, rest] = match;
    const name = rest.replace(/^\s+/, '').replace(/@@?[^@]*\(\d+\)$/, '');
    // SPARC's claims on registers bind nothing.
    if (name === '' || type === 'REGISTER') return;
    const place = READELF_SECTIONS[index] ?? index;
    const seen = visibility === 'INTERNAL' ? 'hidden' : visibility.toLowerCase();
    // Millicode of PA-RISC, Thumb functions of old ARM objects.
    const kind =
      place === 'COM' || type === 'COMMON'
        ? 'OBJECT'
        : /^(PARISC_MILLI|THUMB_FUNC)$/.test(type)
          ? 'FUNC'
          : type;
    comparison.symbol(`${name} ${binding} ${seen} ${kind} ${place === 'UND' ? 0 : Number(size)} ${place}`);
  });
  return comparison.finish();
}

const NM_ROW = /^(.*) ([A-Za-z?]) [0-9a-f]+ [0-9a-f]+$/;
const NM_ROW_WITHOUT_VALUE = /^(.*) ([A-Za-z?]) *$/;

/** How claims on registers are called in SPARC's objects: to llvm-nm they are references, readelf tells them apart. */
const SPARC_REGISTERS = ['', '__thread_self'];

/** In POSIX form: `name type [value size]`, unsorted. */
export async function nm(path, members, note) {
  // llvm-nm says `i` of an ifunc, weak or not.
  const toLine = ({ name, role, weak, kind }) =>
    `${name} ${role === 'reference' ? 'U' : role === 'common' ? 'C' : 'D'}${weak && kind !== 'ifunc' ? 'w' : ''}`;
  const comparison = new Comparison(members, toLine, note);
  const isSparc = members.some(({ info }) => info?.machine.startsWith('sparc'));
  let isAfterBlank = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '-g', '-p', '-P', path], (line) => {
    if (isAfterBlank && line.endsWith(':')) comparison.member(line.slice(0, -1));
    isAfterBlank = line === '';
    const match = NM_ROW.exec(line) ?? NM_ROW_WITHOUT_VALUE.exec(line);
    if (!match) return;
    const [, name, letter] = match;
    if (isSparc && SPARC_REGISTERS.includes(name)) return;
    const role = /[Uwv]/.test(letter) ? 'U' : /[Cc]/.test(letter) ? 'C' : 'D';
    comparison.symbol(`${name} ${role}${/[wWvV]/.test(letter) ? 'w' : ''}`);
  });
  return comparison.finish();
}

const weakWord = ({ weak, autoHide }) => (autoHide ? 'auto-hide' : weak ? 'weak' : 'strong');

/** In Darwin form: `0000000000000000 (__TEXT,__text) weak private external _name`. */
export async function machoNm(path, members, note) {
  const toLine = (row) =>
    [
      row.name,
      row.role === 'common' ? `common 2^${row.alignment}` : row.absolute ? 'absolute' : row.role,
      // Of private externs it does not say whether they may be hidden: they are.
      weakWord({ ...row, autoHide: row.autoHide && row.visibility === 'default' }),
      row.visibility,
    ].join(' ');
  const comparison = new Comparison(members, toLine, note);
  const ROW =
    /^[0-9a-f ]+ \((.*?)\) (?:\(alignment 2\^(\d+)\) )?(?:\[referenced dynamically\] )?(weak )?(private )?external (automatically hidden )?(?:\[[^\]]*\] )*(.*)$/;
  let isAfterBlank = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '-g', '-p', '-m', path], (line) => {
    if (isAfterBlank && line.endsWith(':'))
      comparison.member(line.startsWith(`${path}(`) ? line.slice(path.length + 1, -2) : line.slice(0, -1));
    isAfterBlank = line === '';
    const match = ROW.exec(line);
    if (!match) return;
    const [, place, alignment, weak, isPrivate, hidden, name] = match;
    const role = place.startsWith('undefined')
      ? 'reference'
      : place === 'common'
        ? `common 2^${alignment ?? 0}`
        : place === 'absolute'
          ? 'absolute'
          : 'definition';
    comparison.symbol(
      `${name} ${role} ${hidden ? 'auto-hide' : weak ? 'weak' : 'strong'} ${isPrivate ? 'hidden' : 'default'}`,
    );
  });
  return comparison.finish();
}

/** Runs `llvm-readobj --symbols`; `take` gets each member's symbols at once, as fields by name. */
async function readobj(path, comparison, take) {
  let symbols = [];
  let symbol = null;
  const flush = () => {
    if (symbols.length > 0) take(symbols);
    symbols = [];
  };
  await eachLine(llvm('llvm-readobj'), ['--symbols', path], (line) => {
    if (line.startsWith('File: ')) {
      flush();
      symbol = null;
      const isInside = line.startsWith(`File: ${path}(`) && line.endsWith(')');
      comparison.member(isInside ? line.slice(path.length + 7, -1) : line.slice(6));
    } else if (line === '  Symbol {') {
      symbol = { words: [] };
      symbols.push(symbol);
    } else if (line.startsWith('Symbol: ')) symbols.push({ import: line.slice(8) });
    else if (symbol && line.startsWith('    ')) {
      const text = line.trimStart();
      const colon = text.indexOf(': ');
      if (colon > 0) symbol[text.slice(0, colon)] = text.slice(colon + 2);
      else symbol.words.push(text);
    }
  });
  flush();
}

const inParentheses = (text) => Number(/\((-?(?:0x)?[0-9A-Fa-f]+)\)$/.exec(text ?? '')?.[1]);

export async function machoReadobj(path, members, note) {
  const toLine = (row) => {
    const place =
      row.role === 'common' ? `common ${row.size} 2^${row.alignment}` : row.absolute ? 'absolute' : row.role;
    return `${row.name} ${place} ${Math.max(row.section, 0)} ${weakWord(row)} ${row.visibility}`;
  };
  const comparison = new Comparison(members, toLine, note);
  await readobj(path, comparison, (symbols) => {
    for (const symbol of symbols) {
      if (!symbol.words.includes('Extern')) continue;
      const type = inParentheses(symbol.Type);
      const description = Number(
        /\((0x[0-9A-F]+)/.exec(symbol.words.find((word) => word.startsWith('Flags ')))[1],
      );
      const [weakRef, weakDef] = [(description & 0x40) !== 0, (description & 0x80) !== 0];
      const size = Number(symbol.Value);
      const isUndefined = type === 0 || type === 0xc;
      const role = !isUndefined
        ? type === 2
          ? 'absolute'
          : 'definition'
        : size === 0
          ? 'reference'
          : `common ${size} 2^${(description >> 8) & 15}`;
      const weak =
        role === 'reference'
          ? weakRef
            ? 'weak'
            : 'strong'
          : role.startsWith('common') || !weakDef
            ? 'strong'
            : weakRef
              ? 'auto-hide'
              : 'weak';
      const section = type === 0xe ? inParentheses(symbol.Section) : 0;
      const name = symbol.Name.replace(/ \(\d+\)$/, '');
      comparison.symbol(
        `${name} ${role} ${section} ${weak} ${symbol.words.includes('PrivateExtern') ? 'hidden' : 'default'}`,
      );
    }
  });
  return comparison.finish();
}

const SELECTIONS = {
  NoDuplicates: 'no-duplicates',
  Any: 'any',
  SameSize: 'same-size',
  ExactMatch: 'exact-match',
  Largest: 'largest',
  Newest: 'newest',
};

export async function coffReadobj(path, members, note) {
  const toLine = (row) =>
    [
      row.name,
      row.role === 'common' ? `common ${row.size}` : row.role,
      row.weak ? 'weak' : '',
      row.absolute ? 'absolute' : Math.max(row.section, 0),
      row.group,
    ].join('|');
  const comparison = new Comparison(members, toLine, note);
  await readobj(path, comparison, (symbols) => {
    const groupOf = coffGroups(symbols);
    const byIndex = new Map();
    let index = 0;
    for (const symbol of symbols) {
      byIndex.set(index, symbol);
      index += 1 + Number(symbol.AuxSymbolCount);
    }
    for (const symbol of symbols) {
      // Of an import member only names are told.
      if (symbol.import) comparison.symbol(`${symbol.import}|definition||0|`);
      else if (symbol.StorageClass.startsWith('External')) comparison.symbol(coffExternal(symbol, groupOf));
      else if (symbol.StorageClass.startsWith('WeakExternal')) {
        const own = inParentheses(symbol.Section);
        const home = own > 0 ? own : inParentheses(byIndex.get(inParentheses(symbol.Linked))?.Section);
        comparison.symbol(
          home > 0
            ? `${symbol.Name}|definition|weak|${home}|${groupOf(home)}`
            : `${symbol.Name}|reference|weak|0|`,
        );
      }
    }
  });
  return comparison.finish();
}

function coffExternal(symbol, groupOf) {
  const section = inParentheses(symbol.Section);
  const value = Number(symbol.Value);
  const role = section !== 0 ? 'definition' : value === 0 ? 'reference' : `common ${value}`;
  return `${symbol.Name}|${role}||${section === -1 ? 'absolute' : Math.max(section, 0)}|${groupOf(section)}`;
}

/** The section symbol says how copies are chosen; the next symbol of the section is the leader. */
function coffGroups(symbols) {
  const selection = new Map();
  const leader = new Map();
  const parent = new Map();
  for (const symbol of symbols) {
    const section = inParentheses(symbol.Section);
    const chosen = /^(\w+) \(/.exec(symbol.Selection ?? '')?.[1];
    if (symbol.words?.some((word) => word.startsWith('AuxSectionDef'))) {
      if (chosen === 'Associative') parent.set(section, inParentheses(symbol.AssocSection));
      else if (chosen !== undefined) selection.set(section, SELECTIONS[chosen]);
    } else if (selection.has(section) && !leader.has(section))
      leader.set(section, symbol.StorageClass.startsWith('External') ? symbol.Name : '');
  }
  return (section) => {
    const root = parent.get(section) ?? section;
    return leader.get(root) ? `${leader.get(root)} ${selection.get(root)}` : '';
  };
}

const WASM_KINDS = { FUNCTION: 'function', DATA: 'data' };

export async function wasmReadobj(path, members, note) {
  const toLine = (row) =>
    [
      row.name,
      row.role,
      row.weak ? 'weak' : 'strong',
      row.visibility,
      row.kind === 'tls' ? 'data' : row.kind,
      // Of functions it is the signature.
      row.kind === 'function' ? 0 : row.size,
    ].join(' ');
  const comparison = new Comparison(members, toLine, note);
  await readobj(path, comparison, (symbols) => {
    for (const symbol of symbols) {
      const has = (flag) => symbol.words.some((word) => word.startsWith(`${flag} (`));
      if (has('BINDING_LOCAL')) continue;
      const kind = WASM_KINDS[symbol.Type.split(' ')[0]] ?? 'none';
      comparison.symbol(
        [
          symbol.Name,
          has('UNDEFINED') ? 'reference' : 'definition',
          has('BINDING_WEAK') ? 'weak' : 'strong',
          has('VISIBILITY_HIDDEN') ? 'hidden' : 'default',
          kind,
          Number(symbol.Size ?? 0),
        ].join(' '),
      );
    }
  });
  return comparison.finish();
}

/** Sections and kinds of weak symbols depend on code that is yet to be made: D means all data, W all weak. */
const GENERAL = { B: 'D', R: 'D', S: 'D', V: 'W', v: 'w' };

/** Of bitcode, by names and letters, sorted; `files` are our members, each in a file of its own. */
export async function bitcodeNm(tool, files, members, note) {
  const toLine = ({ name, role, weak, kind }) => {
    const letter =
      role === 'reference'
        ? weak
          ? 'w'
          : 'U'
        : role === 'common'
          ? 'C'
          : weak
            ? 'W'
            : kind === 'function'
              ? 'T'
              : 'D';
    return `${name} ${letter}`;
  };
  let differences = 0;
  const theirs = new Map(files.map((file) => [file, []]));
  let list = files.length === 1 ? theirs.get(files[0]) : null;
  await eachLine(tool, ['-g', ...files], (line) => {
    if (line.endsWith(':') && theirs.has(line.slice(0, -1))) list = theirs.get(line.slice(0, -1));
    const match = /^[-0-9a-f ]+ ([A-Za-z]) (.+)$/.exec(line);
    if (match && list) list.push(`${match[2]} ${GENERAL[match[1]] ?? match[1]}`);
  });
  for (const [at, file] of files.entries()) {
    const ours = members[at].rows(toLine).sort();
    const [a, b] = [ours.join('\n'), theirs.get(file).sort().join('\n')];
    if (a === b) continue;
    differences++;
    if (differences > 3) continue;
    const [mine, other] = [new Set(ours), new Set(theirs.get(file))];
    note(
      members[at].name,
      ours
        .filter((line) => !other.has(line))
        .slice(0, 3)
        .join('; '),
      [...other]
        .filter((line) => !mine.has(line))
        .slice(0, 3)
        .join('; '),
    );
  }
  return differences;
}
