import { useCallback } from 'react';
import { navigate, usePlace } from './location.ts';
import { inward } from './prefix.ts';

export type SearchState = Readonly<Record<string, string>>;

/** The query of an address as an object; what equals its default is left out of the address. */
export function readSearch<T extends SearchState>(search: string, defaults: T): T {
  const given = new URLSearchParams(search);
  const entries = Object.entries(defaults).map(([key, value]) => [key, given.get(key) ?? value]);
  return Object.fromEntries(entries) as T;
}

/** Keys that are not of this state stay as they are. */
export function writeSearch<T extends SearchState>(search: string, defaults: T, state: T): string {
  const query = new URLSearchParams(search);
  for (const [key, value] of Object.entries(state)) {
    if (value === defaults[key]) query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** State that stands in the address. `defaults` has to be the same object each time. */
export function useSearchState<T extends SearchState>(
  defaults: T,
): readonly [T, (change: Partial<T>, how?: 'push' | 'replace') => void] {
  const { search } = usePlace();
  const change = useCallback(
    (part: Partial<T>, how: 'push' | 'replace' = 'push') => {
      const now = readSearch(location.search, defaults);
      navigate(
        `${inward(location.pathname)}${writeSearch(location.search, defaults, { ...now, ...part })}`,
        how,
      );
    },
    [defaults],
  );
  return [readSearch(search, defaults), change];
}
