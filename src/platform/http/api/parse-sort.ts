export interface SortKey<K extends string> {
  readonly key: K;
  readonly descending: boolean;
}

/**
 * Harbor's `sort`: `name,-creation_time`. A key that the list does not sort by is left out, and so is one that came
 * before; none left: the default.
 */
export function parseSort<K extends string>(
  text: string | undefined,
  keys: readonly K[],
  otherwise: SortKey<K>,
): readonly SortKey<K>[] {
  const parsed = new Map<K, SortKey<K>>();
  for (const part of (text ?? '').split(',')) {
    const name = part.trim();
    const key = keys.find((each) => each === name.replace(/^-/, ''));
    if (key !== undefined && !parsed.has(key)) parsed.set(key, { key, descending: name.startsWith('-') });
  }
  return parsed.size === 0 ? [otherwise] : [...parsed.values()];
}
