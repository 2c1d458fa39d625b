import type { NameId } from '../../symbols/names.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';

/** A name that binds to another definition than its users mean, without a message of the linker. */
export interface SilentCollision {
  /**
   * `foreign-definition`: an archive's own code uses another archive's definition, of other content, though the archive
   * defines the name itself. `other-layout`: data of one name has another size in another file, where it is weak or the
   * command allows duplicates. `default-wins`: the weak default of an archive that is loaded whole comes before all
   * objects, and so before what the compiler put into them.
   */
  readonly kind: 'foreign-definition' | 'other-layout' | 'default-wins';
  /** Of the command's links. */
  readonly link: number;
  readonly name: NameId;
  readonly bound: SymbolId;
  readonly meant: SymbolId;
  /** A file that uses the name. */
  readonly user: MemberId;
}
