import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type Answer, call, type Input, type Listing, list, type OperationKey, type Row } from './call.ts';

/** One answer, asked for when a page needs it; anew after a change of what it is about. */
export function useAnswer<K extends OperationKey>(
  key: K,
  input: Input<K>,
  options: { readonly enabled?: boolean; readonly everyMs?: number } = {},
): UseQueryResult<Answer<K>> {
  return useQuery({
    ...answerQuery(key, input),
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
    ...listQuery(key, input),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
}

/** What `useAnswer` keeps an answer by, and how it comes. */
export function answerQuery<K extends OperationKey>(key: K, input: Input<K>) {
  return {
    queryKey: [key, input] as const,
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => call(key, input, signal),
  };
}

/** The same of `useList`. */
export function listQuery<K extends OperationKey>(key: K, input: Input<K>) {
  return {
    queryKey: [key, input, 'list'] as const,
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => list(key, input, signal),
  };
}
