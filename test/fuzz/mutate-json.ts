import type { Dice } from '../random/dice.js';

/** Values that another may not be. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 7, 0.5, 1e300, '', 'x', '../x', '*'],
  ...[[], {}, [null], [[]], ['x'], { x: null }],
];

/**
 * Replaces, adds or removes one value of the JSON document in the bytes; what precedes the document is kept. Random
 * changes to single bytes would rarely leave valid JSON.
 * @returns null if the bytes contain no JSON
 */
export function mutateJson(bytes: Uint8Array, dice: Dice): Uint8Array | null {
  const start = bytes.findIndex((byte) => byte === 0x7b || byte === 0x5b);
  // Else it is a text with brackets in it.
  if (start < 0 || start > 1) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.subarray(start)).toString('utf8'));
  } catch {
    return null;
  }
  const places = placesIn(value);
  if (places.length > 0) change(dice.pick(places), places, dice);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(JSON.stringify(value))]);
}

type Place = readonly [holder: Record<string, unknown>, key: string];

/** Every place of a value within another. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]): Place[] => [
    [value as Record<string, unknown>, key],
    ...placesIn(one),
  ]);
}

function change([holder, key]: Place, places: readonly Place[], dice: Dice): void {
  const kind = dice.below(8);
  if (kind === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (kind === 0) delete holder[key];
  else if (kind === 1 && Array.isArray(holder)) holder.push(holder[Number(key)]);
  else if (kind <= 3) {
    const [other, at] = dice.pick(places);
    // A copy: nothing may hold itself.
    holder[key] = structuredClone(other[at]);
  } else holder[key] = structuredClone(dice.pick(VALUES));
}
