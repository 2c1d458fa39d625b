import type { BlockCode } from '../verdict.js';

/**
 * Conditions that the planner does not ask, by the codes of their violations. Empty but for the mutation check of
 * the equivalence tests, which must find a program that each of them protects.
 */
export const overlooked = new Set<BlockCode>();
