import { dialectOf } from '../line-option.js';

/**
 * GCC and clang as drivers of a link: what they read themselves. Options of linkers that they hand on as they are stand
 * in the linkers' own dialects.
 *
 * Source: gcc/common.opt, gcc/c-family/c.opt, clang/include/clang/Driver/Options.td.
 */
export const driverDialect = dialectOf('exact', [
  ['root', 'joined-or-next', '-u'],
  ['entry', 'next', '-e'],
  ['folder', 'joined-or-next', '-L'],
  ['folder', 'equals', '--library-directory'],
  ['system-root', 'next', '-isysroot'],
  ['library', 'joined-or-next', '-l'],
  ['architecture', 'next', '-arch'],
  ['linker', 'equals', '-fuse-ld --ld-path'],
  ['script', 'joined-or-next', '-T'],
  ['sysroot', 'equals', '--sysroot'],
  ['static-program', 'none', '-static -static-pie --static'],
  ['no-program', 'none', '-shared -dynamiclib -bundle --shared -mdll'],
  ['relocatable', 'none', '-r'],
  ['exports', 'none', '-rdynamic'],
  [
    'none',
    'none',
    `-c -E -p -pg -P -Q -s -S -t -v -w -C -H -M -MD -MG -MM -MMD -MP -pie -no-pie -nopie
    -no_pie -pipe -pthread -pthreads -ansi -nostdlib -nostdlib++ -nodefaultlibs -nostartfiles -nolibc -nostdinc -nostdinc++
    -nolibc++ -undef -shared-libgcc -static-libgcc -static-libstdc++ -static-libgfortran -static-libasan -static-libtsan
    -static-libubsan -static-liblsan -static-openmp -symbolic -traditional -traditional-cpp -trigraphs -print-search-dirs
    -rtlib-defaultlib -no-canonical-prefixes -canonical-prefixes -mwindows -mconsole -municode -mthreads
    -no-integrated-cpp -pass-exit-codes -pedantic -pedantic-errors -remap -save-temps -time -Qunused-arguments -Qy -Qn
    -fuse-linker-plugin -fopenmp -### --help --version --verbose --pipe -emit-llvm -integrated-as
    -no-integrated-as -ObjC++`,
  ],
  [
    'none',
    'next',
    `-MF -MT -MQ -include -imacros -iquote -idirafter -iprefix -iwithprefix -iwithprefixbefore
    -imultilib -iframework -target -Xassembler -Xpreprocessor -Xclang -Xanalyzer -Xopenmp-target -mllvm -z -aux-info
    -dumpbase -dumpdir --param -arch_only -gcc-toolchain -wrapper -allowable_client -dependency-file`,
  ],
  ['none', 'joined-or-next', '-o -x -A -B -D -I -U -isystem'],
  ['framework-folder', 'joined-or-next', '-F'],
  ['system-version', 'joined', '-mmacosx-version-min= -mmacos-version-min= -miphoneos-version-min='],
  ['none', 'joined-or-none', '-O -W -f -m -g -d'],
  [
    'none',
    'joined',
    `-Wa, -Wp, -std= --std= -specs= --specs= --target= --gcc-toolchain= --gcc-install-dir= -rtlib= --rtlib=
    -stdlib= --stdlib= -unwindlib= --unwindlib= -print- --print- -march= -mtune= -fsanitize= -fprofile
    -resource-dir= --resource-dir= --config= -save-temps= -working-directory=
    -Xarch_ -foffload --param= --driver-mode= -stdlib++-isystem`,
  ],
]);
