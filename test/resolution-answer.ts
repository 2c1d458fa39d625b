import type { Resolution } from '../src/link/resolve/resolution.js';

/** All that a simulated link says, to compare two of them. */
export const answerOf = ({
  loaded,
  placed,
  extractedFor,
  extractedBy,
  winners,
  referenceStrength,
  strongCount,
  clashes,
}: Resolution) => ({
  loaded,
  placed,
  extractedFor: [...extractedFor],
  extractedBy: [...extractedBy],
  winners: [...winners],
  referenceStrength: [...referenceStrength],
  strongCount: strongCount && [...strongCount],
  clashes,
});
