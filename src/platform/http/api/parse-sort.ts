import type { SortKey } from '../../../lib/list-condition.ts';
import { fieldNameOf } from './field-name-of.ts';

/**
 * Harbor's `sort`: `name,-creation_time`, each by the name of the column or of the field in Harbor's code. A key that
 * the list does not sort by is left out, and so is one that came before; none left: the default.
 */
export function parseSort<K extends string>(
  text: string | undefined,
  keys: readonly K[],
  ...otherwise: readonly [SortKey<K>, ...SortKey<K>[]]
): readonly SortKey<K>[] {
  const names = new Map<string, K>(
    keys.flatMap((key): [string, K][] => [
      [fieldNameOf(key), key],
      [key, key],
    ]),
  );
  const parsed = new Map<K, SortKey<K>>();
  for (const part of (text ?? '').split(',')) {
    const name = part.trim();
    const key = names.get(name.replace(/^-/, ''));
    if (key !== undefined && !parsed.has(key)) parsed.set(key, { key, descending: name.startsWith('-') });
  }
  return parsed.size === 0 ? otherwise : [...parsed.values()];
}
