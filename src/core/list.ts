import { Column } from './column';

/** A column of numbers that grows row by row. */
@unmanaged
export class List extends Column<i32> {
  length: i32 = 0;

  /** A list of a module, at an address that the compiler knows. As a field it would be shared by all objects. */
  @inline
  static empty(): List {
    return changetype<List>(memory.data(12, 4));
  }

  push(value: i32): void {
    const row = this.length++;
    this.reserve(this.length);
    this[row] = value;
  }

  /** Takes the last number away. */
  pop(): i32 {
    return this[--this.length];
  }

  includes(value: i32): bool {
    for (let row = 0; row < this.length; row++) if (this[row] === value) return true;
    return false;
  }

  clear(): void {
    this.length = 0;
  }
}
