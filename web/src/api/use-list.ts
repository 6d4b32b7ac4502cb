import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type Answer, call, type Input, type Listing, list, type OperationKey, type Row } from './call.ts';

/** One answer, asked for when a page needs it; anew after a change of what it is about. */
export function useAnswer<K extends OperationKey>(
  key: K,
  input: Input<K>,
  options: { readonly enabled?: boolean; readonly everyMs?: number } = {},
): UseQueryResult<Answer<K>> {
  return useQuery({
    queryKey: [key, input],
    queryFn: ({ signal }) => call(key, input, signal),
    enabled: options.enabled ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
  });
}

/** A page of a list; the page before stays until the next one is there. */
export function useList<K extends OperationKey>(
  key: K,
  input: Input<K>,
  options: { readonly enabled?: boolean } = {},
): UseQueryResult<Listing<Row<K>>> {
  return useQuery({
    queryKey: [key, input, 'list'],
    queryFn: ({ signal }) => list(key, input, signal),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
}
