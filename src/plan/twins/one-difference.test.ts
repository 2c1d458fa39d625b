import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import type { InputFile } from '../../link/inputs/input-file.js';
import { readInputs } from '../../link/inputs/read-inputs.js';
import { firstDifference } from '../../symbols/image/image-parts.js';
import { readImage } from '../../symbols/image/read-image.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { copyCheck } from '../verify/verify-copy.js';
import { findTwins } from './twins.js';

/*
 * Two objects that differ in one thing that a linker sees are never the same image, to the planner and to the check
 * that reads them again. (Of ELF: src/symbols/image-parts.test.ts.)
 */

/** A replacement in a source. */
type Edit = readonly [from: string, to: string];

interface Format {
  readonly id: ObjectFormatId;
  readonly triple: string;
  readonly source: string;
  /** Adds what no linker sees. */
  readonly unseen: string;
  readonly edits: Readonly<Record<string, Edit>>;
}

const MACHO: Format = {
  id: 'macho',
  triple: 'x86_64-apple-macos12',
  source: `
.build_version macos, 12, 0
.section __TEXT,__text,regular,pure_instructions
.globl _f
.p2align 4
_f: callq _first
leaq _table(%rip), %rax
movq _weak@GOTPCREL(%rip), %rcx
retq
.globl _g
.private_extern _g
_g: nop
retq
.section __DATA,__mine
.globl _table
.p2align 3
_table: .quad _f
.quad _second+8
.section __DATA,__mod_init_func,mod_init_funcs
.p2align 3
.quad _f
.section __DATA,__other_init,mod_init_funcs
.p2align 3
.quad _g
.weak_reference _weak
.linker_option "-lz"
.desc _table, 32
.comm _shared,16,3
.subsections_via_symbols
`,
  unseen: '.section __DWARF,__debug_str,regular,debug\n.asciz "unit.c"\n',
  edits: {
    'the target of a relocation': ['_table: .quad _f', '_table: .quad _g'],
    'the type of a relocation': ['_weak@GOTPCREL(%rip)', '_weak(%rip)'],
    'an addend': ['_second+8', '_second+16'],
    'a byte of code': ['_g: nop\nretq', '_g: nop\nhlt'],
    'the alignment of a section': ['.p2align 3\n_table', '.p2align 4\n_table'],
    'a section attribute': ['__DATA,__mine', '__DATA,__mine,regular,no_dead_strip'],
    'a section type': ['__other_init,mod_init_funcs', '__other_init,mod_term_funcs'],
    'the name of a section': ['__DATA,__mine', '__DATA,__more'],
    'private external': ['.private_extern _g\n', ''],
    'a weak definition': ['.globl _g', '.globl _g\n.weak_definition _g'],
    'an undefined symbol': ['callq _first', 'callq _third'],
    'a weak reference': ['.weak_reference _weak\n', ''],
    'an option for the linker': ['"-lz"', '"-lm"'],
    'no_dead_strip of a symbol': ['.desc _table, 32\n', ''],
    'the place of a symbol': ['_g: nop\n', 'nop\n_g: '],
    'the size of a common symbol': ['_shared,16', '_shared,32'],
    'the alignment of a common symbol': ['_shared,16,3', '_shared,16,4'],
    'sections divided by symbols': ['.subsections_via_symbols\n', ''],
    'the system version': ['macos, 12', 'macos, 13'],
    'the order of initialisers': [
      '__mod_init_func,mod_init_funcs\n.p2align 3\n.quad _f\n.section __DATA,__other_init,mod_init_funcs\n.p2align 3\n.quad _g',
      '__other_init,mod_init_funcs\n.p2align 3\n.quad _g\n.section __DATA,__mod_init_func,mod_init_funcs\n.p2align 3\n.quad _f',
    ],
  },
};

/** Assemblers for arm64 write no `__eh_frame` for what `__compact_unwind` can say. */
const MACHO_ARM64: Format = {
  id: 'macho',
  triple: 'arm64-apple-macos12',
  source: `
.section __TEXT,__text,regular,pure_instructions
.globl _f
.p2align 2
_f: .cfi_startproc
sub sp, sp, #32
.cfi_def_cfa_offset 32
bl _first
add sp, sp, #32
ret
.cfi_endproc
.subsections_via_symbols
`,
  unseen: '.section __DWARF,__debug_str,regular,debug\n.asciz "unit.c"\n',
  edits: { 'how a function is unwound': ['.cfi_def_cfa_offset 32', '.cfi_def_cfa_offset 48'] },
};

const COFF: Format = {
  id: 'coff',
  triple: 'x86_64-pc-windows-msvc',
  source: `
.text
.def f; .scl 2; .type 32; .endef
.globl f
.p2align 4
f: callq first
leaq table(%rip), %rax
leaq optional(%rip), %rdx
retq
.section .text$inline,"xr",discard,inline
.globl inline
inline: nop
retq
.section .data$a,"dw"
.globl table
.p2align 3
table: .quad f
.quad second+8
.section .CRT$XCU,"dr"
.p2align 3
.quad f
.section .CRT$XCA,"dr"
.p2align 3
.quad inline
.section .drectve,"yn"
.ascii " /DEFAULTLIB:z /EXPORT:f"
.weak optional
.comm shared,16
`,
  unseen: '.section .debug$S,"dr"\n.asciz "unit.c"\n',
  edits: {
    'the target of a relocation': ['table: .quad f', 'table: .quad inline'],
    'the type of a relocation': ['table: .quad f', 'table: .rva f\n.long 0'],
    'an addend': ['second+8', 'second+16'],
    'a byte of code': ['inline: nop', 'inline: hlt'],
    'the alignment of a section': ['.p2align 3\ntable', '.p2align 4\ntable'],
    'a section flag': ['.data$a,"dw"', '.data$a,"dws"'],
    'the name of a section': ['.data$a', '.data$b'],
    'the selection of a COMDAT group': ['"xr",discard', '"xr",same_size'],
    'the type of a symbol': ['.type 32', '.type 0'],
    'an undefined symbol': ['callq first', 'callq third'],
    'a weak external': ['.weak optional\n', ''],
    'an option for the linker': ['/DEFAULTLIB:z', '/DEFAULTLIB:m'],
    'an export': ['/EXPORT:f', '/EXPORT:g'],
    'the place of a symbol': ['inline: nop\n', 'nop\ninline: '],
    'the size of a common symbol': ['shared,16', 'shared,32'],
    'the features of the object': ['.text\n', '.text\n.globl @feat.00\n.set @feat.00, 1\n'],
    'the order of initialisers': [
      '.CRT$XCU,"dr"\n.p2align 3\n.quad f\n.section .CRT$XCA,"dr"\n.p2align 3\n.quad inline',
      '.CRT$XCA,"dr"\n.p2align 3\n.quad inline\n.section .CRT$XCU,"dr"\n.p2align 3\n.quad f',
    ],
  },
};

const WASM: Format = {
  id: 'wasm',
  triple: 'wasm32-unknown-unknown',
  source: `
.functype first (i32) -> (i32)
.functype third (i32) -> (i32)
.functype optional () -> ()
.weak optional
.section .text.f,"",@
.globl f
.type f,@function
f:
.functype f (i32) -> (i32)
local.get 0
call first
i32.const table
i32.add
end_function
.section .text.g,"",@
.hidden g
.globl g
.type g,@function
g:
.functype g () -> ()
call optional
end_function
.section .text.h,"",@
.globl h
.type h,@function
h:
.functype h () -> ()
end_function
.section .data.table,"",@
.globl table
.type table,@object
.p2align 2
table:
.int32 second+8
.int32 7
.size table, 8
.section .init_array.100,"",@
.p2align 2
.int32 g
.section .init_array.200,"",@
.p2align 2
.int32 h
.section .data.name,"S",@
.type name,@object
name: .asciz "a"
.size name, 2
.section .custom_section.target_features,"",@
.int8 1
.int8 43
.int8 7
.ascii "atomics"
`,
  unseen: '.section .custom_section.producers,"",@\n.int8 0\n',
  edits: {
    'the target of a relocation': ['100,"",@\n.p2align 2\n.int32 g', '100,"",@\n.p2align 2\n.int32 h'],
    'an addend': ['second+8', 'second+16'],
    'an instruction': ['i32.add', 'i32.sub'],
    'a byte of data': ['.int32 7', '.int32 9'],
    'the alignment of a segment': ['.p2align 2\ntable', '.p2align 3\ntable'],
    'a segment flag': ['.data.name,"S"', '.data.name,""'],
    'the name of a segment': ['.data.table', '.data.other'],
    visibility: ['.hidden g\n', ''],
    binding: ['.globl h', '.weak h'],
    'an undefined symbol': ['call first', 'call third'],
    'a weak undefined symbol': ['.weak optional\n', ''],
    'the module of an import': ['.weak optional', '.import_module optional, other\n.weak optional'],
    'an export of the object itself': ['.globl h', '.globl h\n.export_name h, h'],
    'a symbol that stays': ['.globl h', '.globl h\n.no_dead_strip h'],
    'the size of a data symbol': ['.size table, 8', '.size table, 4'],
    'a target feature': ['"atomics"', '"simd128"'],
    'what a target feature asks': ['.int8 43', '.int8 45'],
    'the priority of a constructor': ['.init_array.200', '.init_array.300'],
    'the order of constructors': [
      '.int32 g\n.section .init_array.200,"",@\n.p2align 2\n.int32 h',
      '.int32 h\n.section .init_array.200,"",@\n.p2align 2\n.int32 g',
    ],
  },
};

function relate({ id }: Format, objects: readonly Uint8Array[]) {
  const files = objects.map((bytes, at): InputFile => {
    const path = `${at}.o`;
    return { path, key: path, source: ByteSource.of(path, bytes) };
  });
  const { inputs } = readInputs(files);
  const [one, other] = files.map(({ source }) => readImage(source, id));
  return {
    isSameImage: findTwins(inputs).relation(0, 1)?.kind === 'same-image',
    isEqualAgain: copyCheck(inputs)(0, 1) === 'equal',
    isDifferent: firstDifference(one, other) !== null,
  };
}

for (const format of [MACHO, MACHO_ARM64, COFF, WASM])
  needsTool('llvm-mc-19|llvm-mc')(
    `one difference that a linker sees is another image: ${format.triple}`,
    ([assembler]) => {
      const assemble = (source: string): Uint8Array => {
        const options = [`--triple=${format.triple}`, '--filetype=obj', '-o', '-'];
        return execFileSync(assembler, options, { input: source, stdio: 'pipe' });
      };
      const sound = assemble(format.source);
      expect(relate(format, [sound, assemble(format.source + format.unseen)])).toEqual({
        isSameImage: true,
        isEqualAgain: true,
        isDifferent: false,
      });
      const missed = Object.entries(format.edits).filter(([title, [from, to]]) => {
        const edited = format.source.replace(from, () => to);
        expect(edited, `${title}: nothing is replaced`).not.toBe(format.source);
        const { isSameImage, isEqualAgain, isDifferent } = relate(format, [sound, assemble(edited)]);
        return isSameImage || isEqualAgain || !isDifferent;
      });
      expect(missed.map(([title]) => title)).toEqual([]);
    },
  );
