import { answerOf, fullAnswerOf } from './answer.js';
import { type DetectedLinker, detectLinker } from './detect-linker.js';
import { type DriverLine, linkerLineIn } from './driver-line.js';
import { refusalIn } from './refusal.js';
import { searchFolders } from './search-folders.js';
import type { ToolKind } from './tool-name.js';

/** A command that links, as its tool is called. */
export interface LinkCommand {
  /** Path of the linker or compiler driver. */
  readonly path: string;
  readonly kind: ToolKind;
  /** The arguments after the tool's name, with response files expanded. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** The answers of a command's tools. */
export interface QueriedLink {
  readonly detected: DetectedLinker;
  /** The driver's output for `-###` and the line; null for a linker. */
  readonly driverLines: string | null;
  /** The line that a driver passes to its linker; null for a linker, and for a driver without `-###` output. */
  readonly handed: DriverLine | null;
  /** The error of a driver that refuses the command; null for a linker. */
  readonly refusal: string | null;
}

/** A driver's output for `-###` and the line; null for a linker, and without an answer. */
export const driverLinesOf = ({ path, kind, words, environment }: LinkCommand): string | null =>
  kind === 'driver' ? answerOf(path, ['-###', ...words], environment) : null;

/** Queries a driver for the linker that it runs, and its arguments. */
export function queryLink(command: LinkCommand): QueriedLink {
  const { path, kind, words, environment } = command;
  const answer = kind === 'driver' ? fullAnswerOf(path, ['-###', ...words], environment) : null;
  const driverLines = answer?.text ?? null;
  return {
    detected: detectLinker(path, kind, words, environment),
    driverLines,
    refusal: answer === null ? null : refusalIn(answer, path, environment),
    handed: driverLines === null ? null : linkerLineIn(driverLines),
  };
}

/** All folders in which the libraries of a command are searched. @param folders those that it names itself */
export const foldersOfLink = (
  { environment }: LinkCommand,
  { detected, driverLines }: QueriedLink,
  folders: readonly string[],
): string[] => searchFolders({ driverLines, environment, folders, detected });
