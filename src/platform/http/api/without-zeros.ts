/** An object as Harbor prints it: a value that is empty, zero or false is left out, a nested list is not. */
export function withoutZeros(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, each]) => each !== undefined && each !== '' && each !== 0 && each !== false,
    ),
  );
}
