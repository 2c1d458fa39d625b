import type { MemberEdit } from '../../plan/edits/edit-plan.js';
import type { Drop } from '../cure-state.js';

/** An edit that is not proved. */
export const isAccepted = ({ evidence }: MemberEdit): boolean => evidence.kind !== 'redirect';

/** A drop that only the user declares to be of a copy. */
export const isDeclared = ({ evidence }: Drop): boolean => evidence.kind === 'declared';
