const LINKER_INPUT = /\.(o|obj|lo|bc|a|lib|rlib|so|dylib|tbd)(\.\d+)*$/i;

/** Whether a word is the beginning of a line: an option, a response file, or a file that a linker takes by its name. */
export const isLinkerInput = (word: string): boolean => /^[-@]/.test(word) || LINKER_INPUT.test(word);
