import { Column } from '../column';
import { List } from '../list';

const FEWEST_SLOTS: i32 = 64;
const NONE: i32 = -1;

/** A set of pairs of numbers: a hash table with open addressing, at most half of whose slots are used. */
@unmanaged
export class PairSet {
  private readonly ones: List = new List();
  private readonly others: List = new List();
  /** The row of a pair in both lists, or NONE. */
  private readonly slots: Column<i32> = new Column<i32>();
  private slotCount: i32 = 0;

  clear(): void {
    if (this.ones.length > 0) this.slots.fill(this.slotCount, 0xff);
    this.ones.clear();
    this.others.clear();
  }

  has(one: i32, other: i32): bool {
    return this.ones.length > 0 && this.slots[this.slotOf(one, other)] !== NONE;
  }

  /** @returns whether the pair is new */
  add(one: i32, other: i32): bool {
    if (this.ones.length * 2 >= this.slotCount) this.grow();
    const slot = this.slotOf(one, other);
    if (this.slots[slot] !== NONE) return false;
    this.slots[slot] = this.ones.length;
    this.ones.push(one);
    this.others.push(other);
    return true;
  }

  /** The slot of a pair, or the free one where it belongs. */
  private slotOf(one: i32, other: i32): i32 {
    const mask = this.slotCount - 1;
    const key = ((<u64>(<u32>one)) << 32) | <u64>(<u32>other);
    let slot = <i32>((key * 0x9e3779b97f4a7c15) >> 33) & mask;
    for (let row = this.slots[slot]; row !== NONE; row = this.slots[slot]) {
      if (this.ones[row] === one && this.others[row] === other) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    this.slotCount = max(FEWEST_SLOTS, 2 * this.slotCount);
    this.slots.fill(this.slotCount, 0xff);
    for (let row = 0; row < this.ones.length; row++)
      this.slots[this.slotOf(this.ones[row], this.others[row])] = row;
  }
}
