import { allocate, release, roomFor } from './memory';

const FEWEST_ROWS: i32 = 16;

/** One property of all rows: a typed array that grows. Rows are not checked: callers count them themselves. */
@unmanaged
export class Column<T> {
  start: usize = 0;
  capacity: i32 = 0;

  /** A column of a module, at an address that the compiler knows. As a field it would be shared by all objects. */
  @inline
  static of<Value>(): Column<Value> {
    return changetype<Column<Value>>(memory.data(8, 4));
  }

  [key: number]: T;

  @operator('[]')
  get(row: i32): T {
    return load<T>(this.start + ((<usize>row) << alignof<T>()));
  }

  @operator('[]=')
  set(row: i32, value: T): void {
    store<T>(this.start + ((<usize>row) << alignof<T>()), value);
  }

  /** Makes room for `rows` rows, and keeps the existing ones. */
  reserve(rows: i32): void {
    if (rows <= this.capacity) return;
    const room = roomFor((<usize>max(rows, FEWEST_ROWS)) << alignof<T>());
    const start = allocate(room);
    if (this.start !== 0) {
      const before = (<usize>this.capacity) << alignof<T>();
      memory.copy(start, this.start, before);
      release(this.start, before);
    }
    this.start = start;
    this.capacity = <i32>(room >> alignof<T>());
  }

  /** Makes rows 0 to `rows` hold `byte` in every byte. */
  fill(rows: i32, byte: u8): void {
    this.reserve(rows);
    memory.fill(this.start, byte, (<usize>rows) << alignof<T>());
  }
}
