/** The first boundary after `address`; Infinity without one. */
export function nextBoundary(boundaries: Float64Array, address: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (boundaries[middle] > address) high = middle;
    else low = middle + 1;
  }
  return low < boundaries.length ? boundaries[low] : Number.POSITIVE_INFINITY;
}
