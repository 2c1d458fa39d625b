import { dialectOf } from '../line-option.js';

/**
 * GNU ld, gold, LLD for ELF, MinGW and WebAssembly, mold: one dialect, of which each linker supports a part. If two
 * linkers parse an option differently, such as LLD's `-O 2`, the older linker's form counts.
 *
 * Source: ld/lexsup.c, ld/emultempl/pe.em, gold/options.h, lld/ELF/Options.td, lld/wasm/Options.td,
 * lld/MinGW/Options.td, mold src/cmdline.cc.
 */
export const gnuDialect = dialectOf('dashes', [
  ['root', 'joined-or-next', '-u'],
  ['entry', 'joined-or-next', '-e'],
  ['entry', 'equals-or-next', '--entry'],
  ['root', 'equals-or-next', '--undefined --require-defined'],
  ['export-root', 'equals-or-next', '--export'],
  ['export-root-if-defined', 'equals-or-next', '--export-if-defined'],
  ['folder', 'joined-or-next', '-L'],
  ['folder', 'equals-or-next', '--library-path'],
  ['library', 'joined-or-next', '-l'],
  ['library', 'equals-or-next', '--library'],
  ['script', 'joined-or-next', '-T'],
  ['script', 'next', '-dT'],
  ['script', 'equals-or-next', '--script --default-script'],
  ['sysroot', 'equals-or-next', '--sysroot'],
  ['group-start', 'none', '--start-group -('],
  ['group-end', 'none', '--end-group -)'],
  ['lazy-start', 'none', '--start-lib'],
  ['definition', 'equals-or-next', '--defsym'],
  ['wrap', 'equals-or-next', '--wrap'],
  ['without-dependent-libraries', 'none', '--no-dependent-libraries'],
  ['fortran-common', 'none', '--fortran-common'],
  ['no-fortran-common', 'none', '--no-fortran-common'],
  ['lazy-end', 'none', '--end-lib'],
  ['allow-duplicates', 'none', '--allow-multiple-definition'],
  ['forbid-duplicates', 'none', '--no-allow-multiple-definition'],
  ['keyword', 'joined-or-next', '-z'],
  ['collect-sections', 'none', '--gc-sections'],
  ['keep-sections', 'none', '--no-gc-sections'],
  ['whole-archives', 'none', '--whole-archive'],
  ['lazy-archives', 'none', '--no-whole-archive'],
  ['as-needed', 'none', '--as-needed'],
  ['no-as-needed', 'none', '--no-as-needed'],
  ['static-libraries', 'none', '-static --Bstatic --dn --non_shared --static'],
  ['shared-libraries', 'none', '--Bdynamic --dy --call_shared'],
  ['push-state', 'none', '--push-state'],
  ['pop-state', 'none', '--pop-state'],
  ['no-program', 'none', '--shared --Bshareable --dll'],
  ['relocatable', 'none', '-r -i -Ur --relocatable'],
  ['exports', 'none', '-E --export-dynamic'],
  ['no-exports', 'none', '--no-export-dynamic'],
  ['exports-all', 'none', '--export-all --export-all-symbols'],
  ['exports-named', 'none', '--exclude-all-symbols'],
  ['exports-data', 'none', '--dynamic-list-data'],
  ['exports-operators', 'none', '--dynamic-list-cpp-new'],
  ['exports-type-info', 'none', '--dynamic-list-cpp-typeinfo'],
  ['exported-name', 'equals-or-next', '--export-dynamic-symbol'],
  ['dynamic-list', 'equals-or-next', '--dynamic-list --export-dynamic-symbol-list'],
  ['version-script', 'equals-or-next', '--version-script'],
  ['section-order', 'equals-or-next', '--section-ordering-file'],
  ['symbol-order', 'equals-or-next', '--symbol-ordering-file'],
  ['excluded-names', 'equals-or-next', '--exclude-symbols'],
  ['hidden-archives', 'equals-or-next', '--exclude-libs'],
  ['dependency-file', 'equals-or-next', '--dependency-file'],
  [
    'not-simulated',
    'none',
    `--run --copy-dt-needed-entries --add-needed
    --no-define-common`,
  ],
  ['not-simulated', 'joined-or-next', '-R -b -c -C'],
  // Sections, constructors among them, in an order that depends on how many there are.
  ['not-simulated', 'equals-or-none', '--shuffle-sections'],
  ['not-simulated', 'none', '--reverse-sections'],
  [
    'not-simulated',
    'equals-or-next',
    `--just-symbols --mri-script --format --undefined-glob --directory --remap-inputs
    --remap-inputs-file`,
  ],
  // The options from here on do not affect resolution: they change the output format, diagnostics or printing.
  [
    'none',
    'none',
    `--gc-keep-exported -d -dc -dp -g -M -n -N -q -s -S -t -v -V -w -x -X -Qy -EB -EL --version --help --target-help
    --force-group-allocation --enable-non-contiguous-regions
    --enable-non-contiguous-regions-warnings --no-dynamic-linker --print-map --nmagic --omagic --no-nmagic --no-omagic
    --map-whole-files --no-map-whole-files --emit-relocs --strip-all --strip-debug --strip-debug-non-line
    --strip-debug-gdb --strip-lto-sections --strip-discarded --no-strip-discarded --discard-all --discard-locals
    --discard-none --trace --accept-unknown-input-arch --no-accept-unknown-input-arch --Bno-symbolic --Bsymbolic
    --Bsymbolic-functions --Bsymbolic-non-weak --Bsymbolic-non-weak-functions --Bgroup --check-sections
    --no-check-sections --no-copy-dt-needed-entries --cref --no-cref --no-demangle --disable-multiple-abs-defs
    --embedded-relocs --fatal-warnings --no-fatal-warnings --force-exe-suffix
    --no-print-gc-sections --print-icf-sections --no-print-icf-sections --no-keep-memory --no-undefined --no-warnings
    --allow-shlib-undefined --no-allow-shlib-undefined
    --undefined-version --no-undefined-version --default-symver --default-imported-symver --no-warn-mismatch
    --warn-mismatch --no-warn-search-mismatch --warn-search-mismatch --noinhibit-exec --nostdlib --print-output-format
    --print-sysroot --qmagic --reduce-memory-overheads --relax --no-relax --pie --no-pie --pic-executable
    --no-pic-executable --stats --traditional-format     --warn-common --no-warn-common --warn-constructors --warn-execstack
    --no-warn-execstack --warn-rwx-segments --no-warn-rwx-segments --warn-multiple-gp --warn-once --no-warn-once
    --warn-section-align --warn-textrel --no-warn-textrel --warn-shared-textrel --no-warn-shared-textrel
    --warn-alternate-em --warn-unresolved-symbols --error-unresolved-symbols --warn-ifunc-textrel
    --no-warn-ifunc-textrel --warn-symbol-ordering --no-warn-symbol-ordering --warn-backrefs --no-warn-backrefs
    --warn-multiple-definition --print-memory-usage --print-map-discarded --no-print-map-discarded --ctf-variables
    --no-ctf-variables --ld-generated-unwind-info --no-ld-generated-unwind-info --disable-new-dtags --enable-new-dtags
    --eh-frame-hdr --no-eh-frame-hdr --no-build-id --rosegment --no-rosegment --xosegment --no-xosegment
    --execute-only --no-execute-only --gdb-index --no-gdb-index --no-icf --ignore-data-address-equality
    --ignore-function-address-equality --apply-dynamic-relocs --no-apply-dynamic-relocs --use-android-relr-tags
    --no-use-android-relr-tags --fork --no-fork --perf --quick-exit --no-quick-exit --repro
    --detach --no-detach --preread-archive-symbols --no-threads --incremental --no-incremental --ld-generated
    --posix-fallocate --no-posix-fallocate --mmap-output-file --no-mmap-output-file --keep-files-mapped
    --no-keep-files-mapped --detect-odr-violations --no-detect-odr-violations --enable-linker-version
    --disable-linker-version --error-execstack --no-error-execstack --error-rwx-segments --no-error-rwx-segments
    --vs-diagnostics --no-optimize-bb-jumps --no-call-graph-profile-sort --branch-to-branch --no-branch-to-branch
    --be8 --check-dynamic-relocations --no-check-dynamic-relocations --no-color-diagnostics --cmse-implib
    --fat-lto-objects --no-fat-lto-objects --fix-cortex-a53-843419 --fix-cortex-a53-835769 --fix-cortex-a8
    --no-fix-cortex-a8 --no-gnu-unique --gnu-unique --long-plt --no-long-plt --merge-exidx-entries
    --no-merge-exidx-entries --pcrel-optimize --no-pcrel-optimize --toc-optimize --no-toc-optimize --relax-gp
    --no-relax-gp --no-power10-stubs --pic-veneer --fix-v4bx --no-target1-rel --target1-abs --target1-rel
    --no-debug-names --debug-names --hash-bucket-empty-fraction --android-memtag-heap --android-memtag-stack
    --no-entry --allow-undefined --import-undefined --import-table --export-table --growable-table --shared-memory
    --stack-first --no-stack-first --merge-data-segments --no-merge-data-segments --check-features --no-check-features
    --compress-relocations --experimental-pic --no-growable-memory --no-shlib-sigcheck --support-old-code
    --leading-underscore --no-leading-underscore --insert-timestamp --no-insert-timestamp --add-stdcall-alias
    --disable-stdcall-fixup --enable-stdcall-fixup --kill-at --warn-duplicate-exports
    --compat-implib --disable-auto-image-base --enable-auto-import --disable-auto-import --enable-runtime-pseudo-reloc
    --disable-runtime-pseudo-reloc --enable-extra-pep-debug --enable-extra-pe-debug --large-address-aware
    --disable-large-address-aware --enable-long-section-names --disable-long-section-names --high-entropy-va
    --disable-high-entropy-va --dynamicbase --disable-dynamicbase --enable-reloc-section --disable-reloc-section
    --forceinteg --disable-forceinteg --nxcompat --disable-nxcompat --no-isolation --disable-no-isolation --no-seh
    --disable-no-seh --no-bind --disable-no-bind --wdmdriver --disable-wdmdriver --tsaware --disable-tsaware
    --appcontainer --disable-appcontainer --EB --EL --bp-compression-sort-startup-functions --ctors-in-init-array --dc
    --define-common --dependent-libraries --dp --emit-stub-syms --fix-arm1176 --fix-v4bx-interworking
    --incremental-changed --incremental-full --incremental-startup-unchanged --incremental-unchanged
    --incremental-unknown --incremental-update --no-add-needed --no-ctors-in-init-array --no-emit-stub-syms
    --no-enum-size-warning --no-fix-arm1176 --no-fix-cortex-a53-835769 --no-fix-cortex-a53-843419 --no-plt-localentry
    --no-plt-static-chain --no-plt-thread-safe --no-stub-group-multi --no-text-reorder --no-tls-get-addr-optimize
    --no-tls-optimize --no-toc-sort --no-warn-constructors --no-warn-drop-version --no-wchar-size-warning
    --plt-localentry --plt-static-chain --plt-thread-safe --secure-plt --stub-group-multi --text-reorder
    --tls-get-addr-optimize --tls-optimize --toc-sort --verbose-bp-section-orderer --warn-drop-version
    --weak-unresolved-symbols -no-pipeline-knowledge -p`,
  ],
  ['none', 'joined-or-next', '-a -A -f -F -G -h -I -m -o -P -y -Y'],
  ['none', 'joined-or-none', '-O -flto --lto- --no-lto- --thinlto-'],
  [
    'none',
    'equals-or-none',
    `--build-id --threads --color-diagnostics --compress-debug-sections --demangle --icf --verbose --unique
    --time-trace --save-temps --package-metadata --sort-common --split-by-file --split-by-reloc --print-gc-sections
    --import-memory --export-memory --power10-stubs --enable-auto-image-base --optimize-bb-jumps
    --plt-align --call-graph-profile-sort`,
  ],
  [
    'none',
    'equals-or-next',
    `--retain-symbols-file --init --fini --architecture --assert --audit --auxiliary --base_file
    --base-file --chroot --compress-sections --ctf-share-types --debug --depaudit
    --dll-search-prefix --dwarf-version --dynamic-linker --emulation --error-handling-script --error-limit
    --exclude-modules-for-implib --file-alignment --filter --global-base --gpsize --hash-size --heap
    --ignore-unresolved-symbol --image-base --in-implib --initial-heap --initial-memory --keep-unique --keep-section
    --load-pass-plugin --lto --major-image-version --major-os-version --major-subsystem-version --Map --max-cache-size
    --max-memory --minor-image-version --minor-os-version --minor-subsystem-version --mllvm --oformat
    --opt-remarks-filename --opt-remarks-format --opt-remarks-hotness-threshold --opt-remarks-passes --orphan-handling
    --out-implib --output --output-def --page-size --plugin --plugin-opt --print-archive-stats --print-symbol-order
    --reproduce --rpath --rpath-link --rsp-quoting --section-alignment --section-start
    --soname --sort-section --spare-dynamic-tags --split-stack-adjust-size --stack --subsystem     --table-base --target2 --task-link --Tbss --Tdata --Ttext --Ttext-segment --Trodata-segment --Tldata-segment
    --thread-count --thread-count-initial --thread-count-middle --thread-count-final --thumb-entry --trace-symbol
    --unresolved-symbols --version-exports-section --warn-backrefs-exclude --why-extract --why-live --dynamic-reloc
    --call-graph-ordering-file --bp-startup-sort --irpgo-profile --features --extra-features --allow-undefined-file
    --pack-dyn-relocs --icf-iterations --stub-group-size --stub-size --randomize-section-padding
    --time-trace-granularity --opt-remarks-with-hotness --discard-section --hash-style --rosegment-gap
    --build-id-chunk-size-for-treehash --build-id-min-file-size-for-treehash --incremental-base --incremental-patch
    --print-symbol-counts --android-memtag-mode --bp-compression-sort --pdb --time-trace-file`,
  ],
]);
