import { dialectOf, type OptionRow } from '../line-option.js';

/** Both `/O2` and `-O2`. */
const withDashes = (spellings: string): string => `${spellings} ${spellings.replaceAll('/', '-')}`;

const row = (...[effect, value, spellings]: OptionRow): OptionRow => [effect, value, withDashes(spellings)];

/**
 * cl and clang-cl as drivers of a link. What follows /link is for the linker. Case counts, and an option's value
 * is joined to it: as with clang-cl itself, a path such as /Users/x is taken for an option.
 *
 * Source: "MSVC compiler options listed by category"; clang/include/clang/Driver/Options.td (CLOption).
 */
export const clDialect = dialectOf('exact', [
  row('for-linker', 'none', '/link'),
  row('named-only', 'none', '/LD /LDd'),
  row('none', 'next', '/F'),
  row(
    'none',
    'none',
    `/? /C /c /E /EP /P /u /X /W0 /W1 /W2 /W3 /W4 /Wall /WL /WX /w /J /nologo /showIncludes /showFilenames /bigobj
    /brepro /Brepro /help /permissive /permissive- /volatileMetadata /utf-8 /validate-charset /hotpatch /analyze /kernel
    /openmp /vmb /vmg /vms /vmm /vmv /sdl /sdl- /fallback /await /clr`,
  ),
  row(
    'none',
    'joined-or-none',
    `/A /D /EH /FA /Fa /FC /Fd /Fe /FI /Fi /Fm /Fo /Fp /FR /Fr /FS /FU /Fx /GA /GF /GH /GL /GR /GS /GT /GX /GZ /Gd /Ge
    /Gh /Gm /Gr /Gs /Gu /Gv /Gw /Gy /Gz /G1 /G2 /I /MD /MP /MT /O /QI /Q /RTC /TC /TP /Tc /Tp /U /V /Y /Z /arch: /doc
    /diagnostics: /execution-charset: /external: /exportHeader /fp: /favor: /guard: /headerUnit /imsvc /openmp: /source-charset:
    /std: /volatile: /wd /wo /we /w1 /w2 /w3 /w4 /winsdkdir /winsdkversion /vctoolsdir /winsysroot /experimental: /await:
    /constexpr: /d1 /d2`,
  ),
]);
