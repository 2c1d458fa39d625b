import { type AskedLinker, askLinker } from './ask-linker.js';
import { askDriverLine, type DriverLine } from './driver-line.js';
import { searchFolders } from './search-folders.js';
import type { ToolKind } from './tool-name.js';

/** A command that links, as its tool is called. */
export interface LinkCommand {
  /** Path of the linker or compiler driver. */
  readonly path: string;
  readonly kind: ToolKind;
  /** The words behind the tool's name, response files spelled out. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** What the tools of a command say of it. */
export interface QueriedLink {
  readonly asked: AskedLinker;
  /** What a driver hands to its linker; null for a linker, and for a driver that does not answer. */
  readonly handed: DriverLine | null;
}

/** Asks a driver which linker it runs, and with which arguments. */
export function queryLink(command: LinkCommand): QueriedLink {
  const { path, kind, words, environment } = command;
  return {
    asked: askLinker(path, kind, words, environment),
    handed: kind === 'driver' ? askDriverLine(path, words, environment) : null,
  };
}

/** All folders in which the libraries of a command are looked for. @param folders those that it names itself */
export const foldersOfLink = (
  { environment }: LinkCommand,
  { asked, handed }: QueriedLink,
  folders: readonly string[],
): string[] => searchFolders({ handed, environment, folders, asked });
