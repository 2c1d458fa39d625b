import { type Core, unsigned } from '../../../engine/core.js';

/** Types of columns by name, in the order in which a function of the core gives their addresses. */
type ColumnTypes = Readonly<
  Record<string, readonly [number, Int32ArrayConstructor | Float64ArrayConstructor | Uint8ArrayConstructor]>
>;

/**
 * Returns a function that copies columns out of a core, whose memory the next task uses again.
 * @param addressOf gives the address of a column by its number
 */
export const columnCopier =
  <Types extends ColumnTypes>(core: Core, types: Types, addressOf: (column: number) => number) =>
  <Name extends keyof Types>(name: Name, rows: number): InstanceType<Types[Name][1]> => {
    const [number, Column] = types[name];
    return new Column(core.buffer, unsigned(addressOf(number)), rows).slice() as InstanceType<Types[Name][1]>;
  };
