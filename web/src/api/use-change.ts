import {
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { flushSync } from 'react-dom';
import { type Answer, call, type Input, type OperationKey } from './call.ts';

/** What follows a change: called also when what asked for it is not drawn any more, since others saw the change before. */
interface Told<A> {
  readonly onSuccess?: (answer: A) => void;
  readonly onError?: (error: Error) => void;
  readonly onSettled?: () => void;
}

type Change<K extends OperationKey> = Omit<UseMutationResult<Answer<K>, Error, Input<K>>, 'mutate'> & {
  readonly mutate: (input: Input<K>, told?: Told<Answer<K>>) => void;
};

/** A change; everything that is on the page is asked for anew after it, since the server knows best what it touched. */
export function useChange<K extends OperationKey>(key: K): Change<K> {
  const queries = useQueryClient();
  return useTold(key, () => {
    // Not waited for: what the change was made from may be gone by then.
    void queries.invalidateQueries();
  });
}

/** Asked for when somebody presses something; it changes nothing. */
export function useAsk<K extends OperationKey>(key: K): Change<K> {
  return useTold(key, () => undefined);
}

/** What is shown is asked for anew, as after a change; resolves when it has been answered. */
export function useRefreshAll(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries(), [queries]);
}

/** The key of those that are under way. */
export const departure = 'departure';

/**
 * A change after which the page is about nothing any more, or about another name: it is left before anything is asked for
 * anew, and nothing is asked for meanwhile, which the address of before would be refused.
 */
export function useDeparture<K extends OperationKey>(key: K, leave: (input: Input<K>) => void): Change<K> {
  const queries = useQueryClient();
  const askAnew = (): void => void queries.invalidateQueries();
  return useTold(
    key,
    (input) => {
      // What is left is gone with this, and not some time after it.
      flushSync(() => leave(input));
      askAnew();
    },
    { mutationKey: [departure], onMutate: () => queries.cancelQueries(), onError: askAnew },
  );
}

function useTold<K extends OperationKey>(
  key: K,
  then: (input: Input<K>) => void,
  options: Pick<UseMutationOptions<Answer<K>, Error, Input<K>>, 'mutationKey' | 'onMutate' | 'onError'> = {},
): Change<K> {
  const mutation = useMutation<Answer<K>, Error, Input<K>>({
    ...options,
    mutationFn: (input) => call(key, input),
    onSuccess: (_answer, input) => then(input),
  });
  const { mutateAsync } = mutation;
  const mutate = useCallback(
    (input: Input<K>, told: Told<Answer<K>> = {}) => {
      void mutateAsync(input)
        .then(told.onSuccess, (error: unknown) => {
          told.onError?.(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(told.onSettled);
    },
    [mutateAsync],
  );
  return { ...mutation, mutate };
}
