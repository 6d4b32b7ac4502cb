export interface SortKey<K extends string> {
  readonly key: K;
  readonly descending: boolean;
}

/** Harbor's `sort`: `name,-creation_time`. A key that the list does not sort by is left out; none left: the default. */
export function parseSort<K extends string>(
  text: string | undefined,
  keys: readonly K[],
  otherwise: SortKey<K>,
): readonly SortKey<K>[] {
  const parsed = (text ?? '').split(',').flatMap((part): SortKey<K>[] => {
    const name = part.trim();
    const key = keys.find((each) => each === name.replace(/^-/, ''));
    return key === undefined ? [] : [{ key, descending: name.startsWith('-') }];
  });
  return parsed.length === 0 ? [otherwise] : parsed;
}
