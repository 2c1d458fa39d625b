import type { BlockCode } from '../verdict.js';

/**
 * Conditions that the planner does not check, by the codes of their violations. Only the mutation check of the
 * equivalence tests fills the set: it must find a program that each condition protects.
 */
export const overlooked = new Set<BlockCode>();
