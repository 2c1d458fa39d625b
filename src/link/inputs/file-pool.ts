import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';

/** More than a line has archives, and less than any system lets a process open: a line may have 100,000 objects. */
const MOST_OPEN = 128;

/** A file that is open, or can be opened again. */
export interface HeldFile {
  readonly path: string;
  /** As it was when it was first opened. */
  readonly status: BigIntStats;
}

/** Any number of files that are read at random positions, of which only some are open. */
export interface HeldFiles {
  /** @throws what the file system says */
  hold(path: string): HeldFile;
  /** Opened again where others needed the place. @throws what the file system says, ChangedError */
  descriptorOf(file: HeldFile): number;
  close(): void;
}

/** A file changed while it was in use. */
export class ChangedError extends Error {
  override readonly name = 'ChangedError';
}

export function heldFiles(): HeldFiles {
  /** In the order in which they were opened. */
  const open = new Map<HeldFile, number>();
  const opened = (path: string): number => {
    for (const [oldest, descriptor] of open) {
      if (open.size < MOST_OPEN) break;
      open.delete(oldest);
      closeQuietly(descriptor);
    }
    // A FIFO would keep an open without O_NONBLOCK waiting for a writer.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  };
  const statusOf = (descriptor: number): BigIntStats => {
    try {
      return fstatSync(descriptor, { bigint: true });
    } catch (error) {
      closeQuietly(descriptor);
      throw error;
    }
  };
  return {
    hold: (path) => {
      const descriptor = opened(path);
      const file = { path, status: statusOf(descriptor) };
      open.set(file, descriptor);
      return file;
    },
    descriptorOf: (file) => {
      const known = open.get(file);
      if (known !== undefined) return known;
      const descriptor = opened(file.path);
      const now = statusOf(descriptor);
      open.set(file, descriptor);
      if (!isSame(file.status, now)) throw new ChangedError(file.path);
      return descriptor;
    },
    close: () => {
      for (const descriptor of open.values()) closeQuietly(descriptor);
      open.clear();
    },
  };
}

/** Whether a file is the one that it was, with the content that it had. */
export const isSame = (one: BigIntStats, other: BigIntStats): boolean =>
  one.dev === other.dev && one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs;

/** The file was only read, so a failure to close it has no effect. */
function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The system has closed it anyway.
  }
}
