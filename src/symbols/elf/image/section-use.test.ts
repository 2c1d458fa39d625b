import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { needsTool } from '../../../../test/oracles/tools.js';
import { useFolder } from '../../../../test/use-folder.js';
import { ByteSource } from '../../../bytes/byte-source.js';
import type { SectionUse } from '../../image/object-image.js';
import { readElfImage } from './elf-image.js';

/** Sections as the assembler takes them: name, flags and type. */
const SECTIONS: readonly (readonly [directive: string, use: SectionUse])[] = [
  ['.text.f,"ax",@progbits', 'code'],
  ['.code,"ax",@progbits', 'code'],
  ['__libc_freeres_fn,"ax",@progbits', 'code'],
  ['.init,"ax",@progbits', 'constructors'],
  ['.text.array,"ax",@init_array', 'constructors'],
  ['.init_array.5,"aw",@init_array', 'constructors'],
  ['.ctors.65435,"aw",@progbits', 'constructors'],
  ['.ctors_of_mine,"aw",@progbits', 'data'],
  ['.preinit_array,"aw",@preinit_array', 'constructors'],
  ['.fini,"ax",@progbits', 'destructors'],
  ['.fini_array,"aw",@fini_array', 'destructors'],
  ['.dtors,"aw",@progbits', 'destructors'],
  ['.gcc_except_table.f,"a",@progbits', 'unwind'],
  ['.gcc_except_tables,"a",@progbits', 'constant'],
  ['.tdata.x,"awT",@progbits', 'tls'],
  ['.tbss,"awT",@nobits', 'tls'],
  ['.note.gnu.property,"a",@note', 'directive'],
  ['registry,"aw",@progbits', 'other'],
  ['registry.2,"aw",@progbits', 'data'],
  ['.bss.x,"aw",@nobits', 'zero'],
  ['.data.x,"aw",@progbits', 'data'],
  ['.data.rel.ro.x,"aw",@progbits', 'constant'],
  ['.rodata.x,"a",@progbits', 'constant'],
  ['.comment,"MS",@progbits,1', 'ignored'],
  ['.comments,"",@progbits', 'other'],
  ['.debug,"",@progbits', 'ignored'],
  ['.debug_info,"",@progbits', 'ignored'],
  ['.debugger,"",@progbits', 'other'],
  ['.zdebug_line,"",@progbits', 'ignored'],
  ['.line,"",@progbits', 'ignored'],
  ['.stabstr,"",@progbits', 'ignored'],
  ['.gnu.debuglink,"",@progbits', 'ignored'],
  ['.gnu.debugaltlink,"",@progbits', 'ignored'],
  ['.gnu.build.attributes.f,"",@progbits', 'ignored'],
  ['.GCC.command.line,"",@progbits', 'ignored'],
  ['.gdb_index,"",@progbits', 'ignored'],
  ['.gdb_index2,"",@progbits', 'other'],
  ['.note.GNU-stack,"",@progbits', 'directive'],
  ['.note-of-mine,"",@progbits', 'directive'],
  ['.notes,"",@progbits', 'other'],
  ['.gnu.warning.gets,"",@progbits', 'directive'],
  ['.gnu.attributes,"",@progbits', 'directive'],
  ['.deplibs,"",@progbits', 'directive'],
  ['.linker-options,"",@progbits', 'directive'],
  ['.riscv.attributes,"",@progbits', 'directive'],
  ['.riscv64.attributes,"",@progbits', 'other'],
  ['.attributes,"",@progbits', 'other'],
  ['.x.attributes.y,"",@progbits', 'other'],
  ['.llvm.call-graph-profile,"",@progbits', 'directive'],
  ['.mine,"",@progbits', 'other'],
];

const folder = useFolder();
needsTool('as')('the use of a section follows from its name, type and flags', ([as]) => {
  const object = join(folder(), 'sections.o');
  const text = SECTIONS.map(
    ([directive]) => `.section ${directive}\n${isEmpty(directive) ? '.zero 8' : '.quad 1'}\n`,
  );
  execFileSync(as, ['--64', '-o', object, '-'], {
    input: text.join(''),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { sections } = readElfImage(ByteSource.of('sections.o', readFileSync(object)));
  const uses = new Map(sections.map(({ name, use }) => [name, use]));
  const expected = SECTIONS.map(([directive, use]) => [nameOf(directive), use]);
  expect(expected.map(([name]) => [name, uses.get(name)])).toEqual(expected);
});

const nameOf = (directive: string): string => directive.slice(0, directive.indexOf(','));
const isEmpty = (directive: string): boolean => directive.includes('@nobits');
