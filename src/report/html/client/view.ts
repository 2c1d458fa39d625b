import { type LinkModel, NOT_LOADED } from '../page-model.js';

/** The part of the page's data that is shown. */
export interface View {
  readonly link: LinkModel;
  readonly phase: 'before' | 'after';
}

/** Files of one crate in one archive, or one file that has no crate. */
export interface Unit {
  readonly archive: number;
  readonly label: string;
  readonly rows: readonly number[];
}

/** All units of a link, in order of their first file. */
export function unitsOf({ files, labels }: LinkModel): Unit[] {
  const units = new Map<string, { archive: number; label: string; rows: number[] }>();
  for (const [row, archive] of files.archive.entries()) {
    const key = `${archive} ${files.label[row]}`;
    const unit = units.get(key) ?? { archive, label: labels[files.label[row]], rows: [] };
    units.set(key, unit);
    unit.rows.push(row);
  }
  return [...units.values()];
}

export const isLoaded = ({ link, phase }: View, row: number): boolean =>
  link.files[phase].by[row] !== NOT_LOADED;

export const sizeOf = ({ files }: LinkModel, rows: readonly number[]): number =>
  rows.reduce((sum, row) => sum + files.size[row], 0);
