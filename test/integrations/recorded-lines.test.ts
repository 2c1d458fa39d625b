import { expect, test } from 'vitest';
import { parseLine } from '../../src/link/command/parse-line.js';
import { programNamed } from '../../src/link/command/program.js';
import { splitWindowsCommandLine } from '../../src/link/command/response-file.js';
import { splitShellCommands } from '../../src/link/command/shell-commands.js';
import { optionsNotUnderstood } from '../../src/link/inputs/find-inputs.js';

/**
 * Link lines that builds recorded, with shorter folders, to which archives were added. Xcode and MSBuild are not run:
 * these show that ardedup reads what they give to a linker.
 */

/** Lists of files that options name. */
const FILES: Readonly<Record<string, string>> = {
  '/build/DeClangDemo.LinkFileList': '/build/One.o\n/build/Two.o\n',
};
const readFile = (path: string): string => {
  const text = FILES[path];
  if (text === undefined) throw Object.assign(new Error(path), { cause: { code: 'ENOENT' } });
  return text;
};

const read = (words: readonly string[]) => {
  const [program, ...args] = words;
  const name = program.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
  const parsed = parseLine(args, readFile, programNamed(name));
  const inputs = parsed.inputs.map(({ kind, text, whole }) => `${kind} ${text}${whole ? ' whole' : ''}`);
  return { inputs, unknown: parsed.unknown, odd: optionsNotUnderstood(parsed) };
};

test('a framework of Xcode 12.5', () => {
  // https://github.com/DeNA/DeClang/issues/7
  const [words] = splitShellCommands(
    '/toolchain/bin/clang++ -target arm64-apple-ios14.5 -dynamiclib -isysroot /SDKs/iPhoneOS14.5.sdk -L/products -F/products -filelist /build/DeClangDemo.LinkFileList -install_name @rpath/DeClangDemo.framework/DeClangDemo -Xlinker -rpath -Xlinker @executable_path/Frameworks -Xlinker -rpath -Xlinker @loader_path/Frameworks -dead_strip -Xlinker -object_path_lto -Xlinker /build/DeClangDemo_lto.o -fembed-bitcode -Xlinker -bitcode_verify -Xlinker -bitcode_hide_symbols -Xlinker -bitcode_symbol_map -Xlinker /products -stdlib\\=libc++ -Xlinker -no_adhoc_codesign -compatibility_version 1 -current_version 1 -force_load /products/liba.a /products/libb.a -Xlinker -dependency_info -Xlinker /build/DeClangDemo_dependency_info.dat -o /products/DeClangDemo',
  );
  expect(read(words)).toEqual({
    inputs: [
      'path /build/One.o',
      'path /build/Two.o',
      'path /products/liba.a whole',
      'path /products/libb.a',
    ],
    unknown: [],
    odd: [],
  });
});

test('an app of Xcode 5', () => {
  // https://github.com/kanaishinichi/TAXHeaderSheet/issues/3
  const [words] = splitShellCommands(
    '/toolchain/usr/bin/clang -arch arm64 -isysroot /SDKs/iPhoneOS7.1.sdk -L/products -F/products -filelist /build/DeClangDemo.LinkFileList -dead_strip -ObjC -fobjc-arc -fobjc-link-runtime -miphoneos-version-min=6.0 -framework CoreGraphics -framework UIKit -lPods -o /products/app',
  );
  const { inputs, unknown, odd } = read(words);
  expect(inputs).toEqual(expect.arrayContaining(['path /build/One.o', 'path /build/Two.o']));
  expect(inputs.filter((input) => input.includes('Pods'))).toEqual(['library Pods']);
  expect([unknown, odd]).toEqual([[], []]);
});

test('a library of link.exe, by a makefile of Qt', () => {
  // https://github.com/microsoft/vcpkg/issues/27300
  const words = splitWindowsCommandLine(
    'link.exe /NOLOGO /DYNAMICBASE /NXCOMPAT -machine:x64 -nologo -debug -INCREMENTAL one.obj /WX /DEBUG /MACHINE:X64 /FIXED:NO /ignore:4199 /ignore:4221 /NXCOMPAT /DYNAMICBASE /time /verbose:incr /INCREMENTAL:NO /SUBSYSTEM:CONSOLE,5.02 /guard:cf a.lib b.lib /OUT:x.dll',
  );
  expect(read(words)).toEqual({
    inputs: ['searched-path one.obj', 'searched-path a.lib', 'searched-path b.lib'],
    unknown: [],
    odd: [],
  });
});

test('a program of link.exe with a manifest', () => {
  // https://github.com/telegramdesktop/tdesktop/issues/4242 and https://github.com/xmake-io/xmake/issues/5324
  const words = splitWindowsCommandLine(
    "link /NOLOGO /DYNAMICBASE /NXCOMPAT /INCREMENTAL:NO /SUBSYSTEM:CONSOLE \"/MANIFESTDEPENDENCY:type='win32' name='Microsoft.Windows.Common-Controls' version='6.0.0.0' publicKeyToken='6595b64144ccf1df' language='*' processorArchitecture='*'\" /MANIFEST /MANIFESTFILE:\"configure.intermediate.manifest\" \"/MANIFESTUAC:\\\"level='asInvoker' uiAccess='false'\\\"\" /manifest:embed /OUT:..\\..\\configure.exe main.obj kernel32.lib a.lib",
  );
  expect(read(words)).toEqual({
    inputs: ['searched-path main.obj', 'searched-path kernel32.lib', 'searched-path a.lib'],
    unknown: [],
    odd: [],
  });
});

test('the options that the Link task of MSBuild writes', () => {
  // Documentation of the Link task, https://learn.microsoft.com/en-us/visualstudio/msbuild/link-task, by parameter.
  const words = splitWindowsCommandLine(
    'link.exe /ERRORREPORT:QUEUE /OUT:"C:\\a b\\app.exe" /INCREMENTAL:NO /NOLOGO /LIBPATH:"C:\\a b\\lib" a.lib kernel32.lib /MANIFEST /MANIFESTUAC:"level=\'asInvoker\' uiAccess=\'false\'" /manifest:embed /DEBUG /PDB:"C:\\a b\\app.pdb" /SUBSYSTEM:CONSOLE /OPT:REF /OPT:ICF /LTCG:incremental /LTCGOUT:"app.iobj" /TLBID:1 /DYNAMICBASE /NXCOMPAT /IMPLIB:"app.lib" /MACHINE:X64 /NODEFAULTLIB:libcmt.lib main.obj',
  );
  expect(read(words)).toEqual({
    inputs: ['searched-path a.lib', 'searched-path kernel32.lib', 'searched-path main.obj'],
    unknown: [],
    odd: [],
  });
});
