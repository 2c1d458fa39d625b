/** Whether a value of a JSON file has the expected form. */
export type Check = (value: unknown) => boolean;
/** By key. What else an object has is not looked at. */
export type Shape = Readonly<Record<string, Check>>;

export const isText: Check = (value) => typeof value === 'string';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isRow: Check = (value) => Number.isInteger(value);
/** A key that is not there, or null. */
export const isNothing: Check = (value) => value === undefined || value === null;

export const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);

export const or =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

export const shaped =
  (shape: Shape): Check =>
  (value) =>
    typeof value === 'object' && value !== null && firstWrong(value, shape) === undefined;

/** The first key whose value does not have the expected form. */
export const firstWrong = (value: object, shape: Shape): string | undefined =>
  Object.entries(shape).find(([key, check]) => !check((value as Record<string, unknown>)[key]))?.[0];
