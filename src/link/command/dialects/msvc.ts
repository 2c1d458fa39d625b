import { dialectOf } from '../line-option.js';

/**
 * lld-link and link.exe: `/option:value`, also spelt `-option:value`, in any case.
 *
 * Source: lld/COFF/Options.td, Microsoft's linker reference.
 */
export const msvcDialect = dialectOf('slashes', [
  ['root', 'equals', '/include'],
  ['root-if-offered', 'equals', '/includeoptional'],
  ['c-root', 'equals', '/entry'],
  ['export', 'equals', '/export'],
  ['export-file', 'equals', '/def /defarm64native'],
  ['alternate', 'equals', '/alternatename'],
  ['wrap', 'equals', '/wrap'],
  ['folder', 'equals', '/libpath'],
  ['default-library', 'equals', '/defaultlib'],
  ['without-default-library', 'equals-or-none', '/nodefaultlib'],
  ['whole-file-or-all', 'equals-or-none', '/wholearchive'],
  ['named-only', 'equals-or-none', '/dll'],
  ['forced', 'equals-or-none', '/force'],
  [
    'not-simulated',
    'equals-or-none',
    `/start-lib /end-lib /includeglob /lldmingw /auto-import /vfsoverlay /winsysroot /vctoolsdir
    /winsdkdir /diasdkdir /lib /runtime-pseudo-reloc /stdcall-fixup`,
  ],
  // The options from here on do not affect resolution.
  [
    'none',
    'equals-or-none',
    `/align /aligncomm /allowbind /allowisolation /appcontainer /arm64xsameaddress /assemblydebug /assemblylinkresource
    /assemblymodule /assemblyresource /base /brepro /build-id /call-graph-ordering-file /call-graph-profile-sort /cetcompat
    /cetcompatstrict /cetdynamicapisinproc /cetipvalidationrelaxed /cgthreads /clrimagetype /clrloaderoptimization
    /clrsupportlasterror /clrthreadattribute /clrunmanagedcodecheck /debug /debugtype /delay /delayload /delaysign /demangle
    /dependentloadflag /driver /dwodir /dynamicbase /editandcontinue /emittoolversioninfo /emitpogophaseinfo /errorlimit
    /errorreport /exclude-all-symbols /exclude-symbols /experimental /failifmismatch /fastfail /fat-lto-objects /filealign
    /fixed /functionpadmin /genprofile /fastgenprofile /guard /guardsym /heap /help /highentropyva
    /hotpatchcompatible /idlout /ignore /ignoreidl /ilk /implib /incremental /inferasanlibs /integritycheck /keycontainer
    /keyfile /kill-at /largeaddressaware /link /lldemit /lldignoreenv /lldltocache /lldltocachepolicy /lldmap /lldsavetemps
    /lto-cs-profile-file /lto-cs-profile-generate /lto-obj-path /lto-pgo-warn-mismatch /lto-sample-profile /ltcg /ltcgout
    /ltcg-cs-profile-file /ltcg-cs-profile-generate /machine /manifest /manifestdependency /manifestfile /manifestinput
    /manifestuac /map /mapinfo /merge /midl /mllvm /natvis /noassembly /nodbgdirmerge /noentry /noexp /noimplib /nologo
    /nxcompat /opaque-pointers /opt /order /osversion /out /output-def /pdb /pdbaltpath /pdbpagesize /pdbsourcepath
    /pdbstream /pdbstripped /pgd /pogosafemode /prefetch-inputs /print-symbol-order /profile /release /reproduce /linkrepro /linkreprofullpathrsp /safeseh /section
    /sectionlayout /sourcelink /stack /stub /subsystem /summary /swaprun /throwingnew /thinlto-distributor
    /thinlto-distributor-arg /thinlto-emit-imports-files /thinlto-index-only /thinlto-object-suffix-replace
    /thinlto-prefix-replace /thinlto-remote-compiler /thinlto-remote-compiler-arg /thinlto-remote-compiler-prepend-arg
    /threads /time /timestamp /tlbid /tlbout /tsaware /userprofile /vctoolsversion /verbose /version /winmd
    /winmddelaysign /winmdfile /winmdkeycontainer /winmdkeyfile /wx /winsdkversion /order-file /? /rsp-quoting
    /color-diagnostics /no-color-diagnostics /time-trace /time-trace-granularity /no-opaque-pointers`,
  ],
]);
