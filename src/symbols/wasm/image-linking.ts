import { WASM_COMDAT_INFO, WASM_INIT_FUNCS, WASM_SEGMENT_INFO, WASM_SYMBOL_TABLE } from './constants.js';
import { nameText, WasmReader } from './reader.js';

/** A data segment as SEGMENT_INFO describes it. */
export interface ImageSegment {
  readonly name: string;
  readonly alignment: number;
  readonly flags: number;
}

export interface ImageComdat {
  readonly name: string;
  readonly flags: number;
  /** Kind of the element (data 0, function 1, section 5) and its index. */
  readonly entries: readonly { readonly kind: number; readonly index: number }[];
}

/** The `linking` section as an image holds it. */
export interface ImageLinking {
  readonly segments: readonly ImageSegment[];
  readonly comdats: readonly ImageComdat[];
  readonly initFunctions: readonly { readonly priority: number; readonly symbol: number }[];
  /** Subsections that this reader does not know, one text each. */
  readonly unknown: readonly string[];
}

export function readImageLinking(reader: WasmReader): ImageLinking {
  const segments: ImageSegment[] = [];
  const comdats: ImageComdat[] = [];
  const initFunctions: { priority: number; symbol: number }[] = [];
  const unknown = [`linking version ${reader.isAtEnd ? 0 : reader.uleb()}`];
  while (!reader.isAtEnd) {
    const type = reader.u8();
    const size = reader.uleb();
    const start = reader.position;
    reader.skip(size);
    const view = reader.view.slice(start, size, `linking data ${type}`);
    const content = new WasmReader(view);
    if (type === WASM_SEGMENT_INFO) repeat(content, () => segments.push(readSegment(content)));
    else if (type === WASM_COMDAT_INFO) repeat(content, () => comdats.push(readComdat(content)));
    else if (type === WASM_INIT_FUNCS)
      repeat(content, () => initFunctions.push({ priority: content.uleb(), symbol: content.uleb() }));
    else if (type !== WASM_SYMBOL_TABLE)
      unknown.push(`linking ${type} ${Buffer.from(view.bytes).toString('hex')}`);
  }
  return { segments, comdats, initFunctions, unknown };
}

function repeat(reader: WasmReader, read: () => void): void {
  const count = reader.uleb();
  for (let index = 0; index < count; index++) read();
}

const readSegment = (reader: WasmReader): ImageSegment => ({
  name: nameText(reader.name()),
  alignment: 2 ** Math.min(reader.uleb(), 63),
  flags: reader.uleb(),
});

function readComdat(reader: WasmReader): ImageComdat {
  const name = nameText(reader.name());
  const flags = reader.uleb();
  const entries: { kind: number; index: number }[] = [];
  repeat(reader, () => entries.push({ kind: reader.u8(), index: reader.uleb() }));
  return { name, flags, entries };
}
