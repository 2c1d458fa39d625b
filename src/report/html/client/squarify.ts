/** A rectangle of the picture, in pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle among weights, largest first, in rows along its shorter side, so that no part is needlessly thin.
 * Bruls, Huizing, van Wijk: Squarified Treemaps (2000).
 *
 * @param weights not negative, in descending order
 * @returns a rectangle each, in their order
 */
export function squarify(weights: readonly number[], area: Rect): Rect[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0 || area.width <= 0 || area.height <= 0)
    return weights.map(() => ({ ...area, width: 0, height: 0 }));
  const scale = (area.width * area.height) / total;
  const rects: Rect[] = [];
  let free = area;
  for (let start = 0; start < weights.length; ) {
    const side = Math.min(free.width, free.height);
    let sum = weights[start] * scale;
    let end = start + 1;
    let worst = worstRatio(sum, sum, sum, side);
    while (end < weights.length) {
      const next = weights[end] * scale;
      const ratio = worstRatio(weights[start] * scale, next, sum + next, side);
      if (ratio > worst) break;
      worst = ratio;
      sum += next;
      end++;
    }
    const row = weights.slice(start, end).map((weight) => weight * scale);
    free = layRow(row, sum, free, rects);
    start = end;
  }
  return rects;
}

/** Of a row whose largest and smallest areas these are. */
function worstRatio(largest: number, smallest: number, sum: number, side: number): number {
  if (smallest <= 0 || side <= 0) return Number.POSITIVE_INFINITY;
  const square = side * side;
  return Math.max((square * largest) / (sum * sum), (sum * sum) / (square * smallest));
}

/** Puts a row along the shorter side. @returns what is left */
function layRow(row: readonly number[], sum: number, free: Rect, rects: Rect[]): Rect {
  const isUpright = free.width >= free.height;
  const side = isUpright ? free.height : free.width;
  const depth = side > 0 ? sum / side : 0;
  let along = isUpright ? free.y : free.x;
  for (const area of row) {
    const length = depth > 0 ? area / depth : 0;
    rects.push(
      isUpright
        ? { x: free.x, y: along, width: depth, height: length }
        : { x: along, y: free.y, width: length, height: depth },
    );
    along += length;
  }
  return isUpright
    ? { ...free, x: free.x + depth, width: Math.max(0, free.width - depth) }
    : { ...free, y: free.y + depth, height: Math.max(0, free.height - depth) };
}
