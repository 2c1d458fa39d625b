import { dialectOf } from '../line-option.js';

/**
 * Options of GCC and clang as drivers of a link. Linker options that drivers pass on unchanged are in the linkers'
 * dialects.
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
  ['linker', 'equals', '-fuse-ld --ld-path -use-ld'],
  ['script', 'joined-or-next', '-T'],
  ['sysroot', 'equals', '--sysroot'],
  ['keyword', 'joined-or-next', '-z'],
  ['static-program', 'none', '-static -static-pie --static -static-executable'],
  ['no-program', 'none', '-shared -dynamiclib -bundle --shared -mdll -emit-library'],
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
    -no-integrated-as -ObjC++ --all-warnings --ansi --comments --comments-in-macros --dump-config --extra-warnings
    --include-barrier --no-line-commands --no-standard-includes --no-standard-libraries --optimize --pedantic
    --pedantic-errors --profile --trace-includes --traditional --traditional-cpp --trigraphs --write-dependencies
    --write-user-dependencies --save-temps --assemble --compile --preprocess --debug -debug --warn -Mmodules -Mno-modules -ObjC`,
  ],
  [
    'none',
    'next',
    `-MF -MT -MQ -include -imacros -iprefix -iwithprefix -iwithprefixbefore
    -imultilib -iframework -target -Xassembler -Xpreprocessor -Xclang -Xanalyzer -Xopenmp-target -mllvm -aux-info
    -dumpbase -dumpdir --param -arch_only -gcc-toolchain -wrapper -allowable_client -dependency-file -dependency-dot
    -dumpbase-ext --dumpbase --dumpbase-ext --dumpdir --imacros --include --include-directory --include-directory-after
    --include-prefix --include-with-prefix --include-with-prefix-after --include-with-prefix-before --define-macro
    --undefine-macro --dump --output --output-pch= --assert --language -specs --specs -Hd -Hf -Xf -imultiarch
    --config -resource-dir --resource-dir -working-directory -ivfsoverlay --serialize-diagnostics -serialize-diagnostics
    -index-store-path -index-unit-output-path -darwin-target-variant -darwin-target-variant-triple -iframeworkwithsysroot
    -iwithsysroot -include-pch -isystem-after -iapinotes-modules -mthread-model -meabi -dsym-dir -module-dependency-dir
    -module-file-info -fmodules-user-build-path -ast-dump-filter -ccc-gcc-name -ccc-install-dir -ccc-arcmt-migrate
    -ccc-objcmt-migrate -c-isystem -objcxx-isystem --analyzer-output -MJ -Xcuda-fatbinary -Xcuda-ptxas -Xmlir -mmlir
    -Xoffload-linker -extract-api-ignores -product-name -fintrinsic-modules-path -object-file-name -dylinker_install_name
    -seg_addr_table -seg_addr_table_filename -segs_read_only_addr -segs_read_write_addr -multiply_defined_unused`,
  ],
  // swiftc.
  [
    'none',
    'next',
    `-sdk -module-name -module-cache-path -module-link-name -emit-module-path -emit-objc-header-path -import-objc-header
    -output-file-map -tools-directory -package-name -num-threads -swift-version -enable-experimental-feature
    -enable-upcoming-feature -disable-upcoming-feature -plugin-path -external-plugin-path -load-plugin-library
    -load-plugin-executable -Xcc -Xfrontend -Xllvm -Xclang-linker -target-cpu -target-variant
    -target-min-inlining-version -user-module-version -vfsoverlay`,
  ],
  [
    'none',
    'none',
    `-emit-executable -parse-as-library -whole-module-optimization -wmo -enable-testing -static-stdlib -nostdimport
    -no-static-stdlib -toolchain-stdlib-rpath -no-toolchain-stdlib-rpath -color-diagnostics -no-color-diagnostics
    -autolink-force-load -incremental -enable-library-evolution -suppress-warnings -warnings-as-errors`,
  ],
  // Arguments of GCC's own names for -Xlinker and -Wl,.
  ['not-simulated', 'equals-or-next', '--for-linker'],
  ['for-architecture', 'joined-and-next', '-Xarch_'],
  ['none', 'joined-and-next', '-Xopenmp-target= -Xoffload-linker-'],
  [
    'none',
    'joined-or-next',
    '-o -x -A -B -D -I -J -U -isystem -cxx-isystem -objc-isystem -stdlib++-isystem -iquote -idirafter -G',
  ],
  ['framework-folder', 'joined-or-next', '-F'],
  ['system-version', 'joined', '-mmacosx-version-min= -mmacos-version-min= -miphoneos-version-min='],
  ['none', 'joined-or-none', '-O -W -f -m -g -d'],
  [
    'none',
    'joined',
    `-Wa, -Wp, -std= --std= -specs= --specs= --target= --gcc-toolchain= --gcc-install-dir= -rtlib= --rtlib=
    -stdlib= --stdlib= -unwindlib= --unwindlib= -print- --print- -march= -mtune= -fsanitize= -fprofile
    -resource-dir= --resource-dir= --config= -save-temps= -working-directory=
    -foffload --param= --driver-mode= --include-prefix= --include-with-prefix= --include-with-prefix-after=
    --include-with-prefix-before= --include-directory= --include-directory-after= --include= --imacros= --define-macro=
    --undefine-macro= --optimize= --machine- --machine= --warn- --language= --dump= --output= --assert= --prefix=
    --sysroot-suffix= --sanitize= -Xthinlto-distributor= -enable-bare-slash-regex`,
  ],
]);
