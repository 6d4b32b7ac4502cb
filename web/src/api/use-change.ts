import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Answer, call, type Input, type OperationKey } from './call.ts';

/** A change; everything that is on the page is asked for anew after it, since the server knows best what it touched. */
export function useChange<K extends OperationKey>(key: K): UseMutationResult<Answer<K>, Error, Input<K>> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input<K>) => call(key, input),
    // Not waited for: what the change was made from may be gone by then, and would not be told.
    onSuccess: () => {
      void queries.invalidateQueries();
    },
  });
}

/** What is shown is asked for anew, as after a change. */
export function useRefreshAll(): () => void {
  const queries = useQueryClient();
  return useCallback(() => void queries.invalidateQueries(), [queries]);
}
