import { TOOLCHAIN_CRATES } from '../../../origin/runtime-names.js';
import type { CureKindId } from '../../cure-kind-id.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { perMember } from '../per-member.js';
import { crateOfTwoBuilds, TWO_BUILDS_REFUSE } from '../sources/same-build.js';

const RUSTC = /rustc version (\S+)/;

/** The version of rustc that made a member; undefined for other members. */
const versionOf = perMember(({ producers }, member): string | undefined =>
  producers(member)
    .flatMap((producer) => RUSTC.exec(producer)?.[1] ?? [])
    .at(0),
);

/** Rust code of one program comes from several compilers. */
export const oneToolchain: AdviceDetector = {
  code: 'one-toolchain',
  detect(context) {
    const own = context.pairs.flatMap((pair) => {
      const [one, other] = membersOf(context, pair).map((member) => ({
        member,
        version: versionOf(context, member),
      }));
      const differ =
        one.version !== undefined && other.version !== undefined && one.version !== other.version;
      return differ ? [{ pair, one, other }] : [];
    });
    if (own.length === 0) return null;
    const [{ one, other }] = own;
    const crates = own.flatMap((pair) => crateOfTwoBuilds(context, pair.one.member, pair.other.member) ?? []);
    const { label, fileName } = context;
    // rustc adds std to a Rust program, which has no other.
    const isOfRustProgram = own.some((pair) =>
      [pair.one, pair.other].some(({ member }) => fileName(member).endsWith('.rlib')),
    );
    return {
      code: this.code,
      text: `${label(one.member)} was compiled by rustc ${one.version}, ${label(other.member)} by ${other.version}, and each brings its own std (${namesText(own.map(({ pair }) => pair.text))} in both): build both with one toolchain (rust-toolchain.toml)`,
      explains: own.map(({ pair }) => pair.name),
      ...(crates.length > 0 ? { refuses: refusedFor(crates, isOfRustProgram) } : {}),
    };
  },
};

/** Libraries may each keep the std of their compiler. Other crates may be meant to be one, and std is never mixed. */
const refusedFor = (crates: readonly string[], isOfRustProgram: boolean): readonly CureKindId[] =>
  !isOfRustProgram && crates.every((crate) => TOOLCHAIN_CRATES.has(crate))
    ? TWO_BUILDS_REFUSE.filter((kind) => kind !== 'isolate')
    : TWO_BUILDS_REFUSE;
