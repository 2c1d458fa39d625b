import { nameAddress, nameCount, nameLength } from './names';
import { hasSameBytes } from './words';

/** Whether some name has these bytes, and `after` more behind them up to its end. */
export function isNameEnding(text: usize, bytes: i32, after: i32): bool {
  const count = nameCount();
  const end = bytes + after;
  for (let name = 0; name < count; name++) {
    const start = nameLength(name) - end;
    if (start >= 0 && hasSameBytes(nameAddress(name) + <usize>start, text, bytes)) return true;
  }
  return false;
}
