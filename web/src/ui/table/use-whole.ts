import { skipToken, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePlace } from '../navigation/location.ts';
import { changesSoFar } from './changes.ts';
import type { ListFilter } from './list-filter.tsx';
import type { ListState } from './list-state.ts';
import { nextSeen, nothingSeen } from './whole.ts';

/** Asks for a list, of which the count is what is wanted. */
export interface CountQuery {
  readonly queryKey: readonly unknown[];
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<{ readonly total: number }>;
}

interface WholeInput {
  readonly total: number | undefined;
  readonly filtered: boolean;
  readonly filters: readonly ListFilter[];
  readonly unfiltered: CountQuery | undefined;
}

/**
 * How many there are without the filter, where that was seen. It is asked for only where an address had the filter from
 * the beginning, or some came or went: more often it would be to count a large table once more.
 */
export function useWhole({ search, defaults }: ListState, input: WholeInput): number | undefined {
  const { total, filtered, filters, unfiltered } = input;
  const { path } = usePlace();
  const [seen, setSeen] = useState(nothingSeen);
  const by = ['q', ...filters.map(({ key }) => key)];
  const filtering = new Set(['page', 'size', 'sort', ...by]);
  const views = Object.keys(defaults).filter((key) => !filtering.has(key));
  const list = [path, ...views.map((key) => `${key}=${search[key] ?? ''}`)].join(' ');
  const filter = filtered ? JSON.stringify(by.map((key) => search[key])) : '';
  const next = nextSeen(seen, { list, filter, total, changes: changesSoFar() });
  if (next !== seen) setSeen(next);
  const { data } = useQuery({
    queryKey: unfiltered?.queryKey ?? [],
    queryFn: unfiltered?.queryFn ?? skipToken,
    enabled: unfiltered !== undefined && filtered && next.whole === undefined,
  });
  return next.whole ?? data?.total;
}
