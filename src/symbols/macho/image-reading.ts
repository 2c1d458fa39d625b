import type { ByteSource } from '../../bytes/byte-source.js';
import type { Spend } from '../budget.js';
import type { MachoSection } from './commands.js';
import type { MachoHeader } from './header.js';

/** Data of the whole object that reading one section needs. */
export interface SectionReading {
  readonly object: ByteSource;
  readonly header: MachoHeader;
  readonly sections: readonly MachoSection[];
  /** By number of a symbol: its row in the image, or NONE. */
  readonly rowOf: Int32Array;
  readonly spend: Spend;
}
