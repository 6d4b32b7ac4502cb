/** Why, for programs: what kind of refusal it is, and the names in its sentence. */
export interface Because {
  readonly kind: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Values that are no texts are left out. */
export function readBecause(given: unknown): Because | undefined {
  if (typeof given !== 'object' || given === null || !('kind' in given) || typeof given.kind !== 'string')
    return undefined;
  const values = 'values' in given && typeof given.values === 'object' ? given.values : null;
  const texts = Object.entries(values ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { kind: given.kind, values: Object.fromEntries(texts) };
}
