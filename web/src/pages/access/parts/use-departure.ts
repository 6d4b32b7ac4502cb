import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { type Answer, call, type Input, type OperationKey } from '../../../api/call.ts';
import { navigate } from '../../../ui/navigation/location.ts';

/** A change after which the page is about nothing any more: it is left, and not asked for anew. */
export function useDeparture<K extends OperationKey>(
  key: K,
  to: string,
): UseMutationResult<Answer<K>, Error, Input<K>> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input<K>) => call(key, input),
    onSuccess: async () => {
      await queries.invalidateQueries({ refetchType: 'none' });
      navigate(to);
    },
  });
}
