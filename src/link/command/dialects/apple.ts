import { dialectOf } from '../line-option.js';

/**
 * ld64 and LLD for Mach-O. Many take the next word, and some two or three.
 *
 * Source: ld64 src/ld/Options.cpp, `man ld`, lld/MachO/Options.td.
 */
export const appleDialect = dialectOf('exact', [
  ['root', 'next', '-u'],
  ['entry', 'next', '-e'],
  ['folder', 'joined-or-next', '-L'],
  ['library', 'joined-or-next', '-l'],
  ['whole-file', 'next', '-force_load'],
  ['architecture', 'next', '-arch'],
  ['no-program', 'none', '-dylib -bundle'],
  ['relocatable', 'none', '-r'],
  ['exports-named', 'none', '-no_exported_symbols'],
  ['symbol-order', 'next', '-order_file'],
  ['unexported', 'next', '-unexported_symbol'],
  ['unexported-list', 'next', '-unexported_symbols_list'],
  ['exports', 'none', '-export_dynamic'],
  ['all-whole', 'none', '-all_load'],
  ['not-all-whole', 'none', '-noall_load'],
  ['objc', 'none', '-ObjC'],
  ['dead-strip', 'none', '-dead_strip'],
  ['all-as-needed', 'none', '-dead_strip_dylibs'],
  ['classic-linker', 'none', '-ld_classic -ld64'],
  ['new-linker', 'none', '-ld_new'],
  ['hidden-file', 'next', '-load_hidden'],
  ['hidden-library', 'joined', '-hidden-l'],
  ['library', 'joined', '-weak-l -needed-l -reexport-l -upward-l -lazy-l -delay-l'],
  [
    'file',
    'next',
    '-weak_library -needed_library -reexport_library -upward_library -lazy_library -delay_library',
  ],
  [
    'framework',
    'next',
    '-framework -weak_framework -needed_framework -reexport_framework -upward_framework -lazy_framework -delay_framework',
  ],
  ['framework-folder', 'joined-or-next', '-F'],
  ['system-root', 'next', '-syslibroot'],
  ['exported', 'next', '-exported_symbol'],
  ['exported-list', 'next', '-exported_symbols_list'],
  ['not-simulated', 'next', '-filelist -bundle_loader -merge_library -merge_framework'],
  ['not-simulated', 'joined', '-merge-l'],
  ['dependency-file', 'next', '-dependency_info'],
  ['start-function', 'next', '-init'],
  ['alias', 2, '-alias'],
  ['alias-list', 'next', '-alias_list'],
  ['not-simulated', 'none', '-force_load_swift_libs -ignore_auto_link'],
  ['lazy-start', 'none', '--start-lib'],
  ['lazy-end', 'none', '--end-lib'],
  ['not-simulated', 'equals', '--ignore-auto-link-option'],
  [
    'none',
    'none',
    `-demangle -dynamic -static -adhoc_codesign -no_adhoc_codesign -application_extension -no_application_extension
    -headerpad_max_install_names -no_uuid -no_deduplicate
    -no_compact_unwind -no_function_starts -no_data_in_code_info -no_implicit_dylibs -no_weak_imports -no_objc_category_merging
    -no_fixup_chains -fixup_chains -no_pie -pie -s -S -x -X -t -v -w -Z -bind_at_load -execute
    -preload -object -data_in_code_info -function_starts -export_dynamic_symbols -encryptable -no_encryption -whyload
    -print_statistics -twolevel_namespace -flat_namespace -keep_private_externs -all_load_frameworks -interposable
    -mark_dead_strippable_dylib -fatal_warnings -no_warnings -noprebind -prebind -nofixprebinding -root_safe
    -setuid_safe -single_module -multi_module -warn_commons -warn_weak_exports -random_uuid -reproducible -stats
    -no_warn_duplicate_libraries -deterministic -bitcode_bundle -bitcode_hide_symbols -bitcode_verify`,
  ],
  [
    'none',
    'next',
    `-o -install_name
    -dylib_install_name -current_version -compatibility_version -dylib_current_version -dylib_compatibility_version
    -lto_library -object_path_lto -map
    -pagezero_size -stack_size -stack_addr -segalign -headerpad -sectcreate1
    -umbrella -sub_library -sub_umbrella -seg_page_size -rpath -image_base -seg1addr -image_suffix -client_name
    -allowable_client -final_output -commons -mllvm -cache_path_lto
    -prune_interval_lto -prune_after_lto -max_relative_cache_size_lto -debug_variant -add_ast_path -y -max_default_common_align
    -mcpu -read_only_relocs -multiply_defined -weak_reference_mismatches -sdk_version -source_version -exported_symbols_order
    -oso_prefix -undefined -U -bitcode_symbol_map -bitcode_process_mode`,
  ],
  ['platform-version', 3, '-platform_version'],
  ['system-version', 'next', '-macosx_version_min -macos_version_min -ios_version_min -iphoneos_version_min'],
  ['shared-first', 'none', '-search_dylibs_first'],
  ['paths-first', 'none', '-search_paths_first'],
  ['none', 3, '-sectcreate -segprot -sectalign'],
  ['none', 2, '-segaddr -rename_segment -move_to_rw_segment -move_to_ro_segment -section_order'],
  ['none', 4, '-rename_section'],
]);
