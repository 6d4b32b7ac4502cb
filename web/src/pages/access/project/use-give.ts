import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type Input } from '../../../api/call.ts';

interface Giving {
  readonly body: Input<'POST /api/berth/v1/grants'>['body'];
  /** The grant in whose place it comes. */
  readonly before: number | undefined;
}

/**
 * Grants, and then takes back what it takes the place of: nobody is without either in between. One of which only the
 * end is another is the same grant.
 */
export function useGive(): UseMutationResult<void, Error, Giving> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ body, before }: Giving) => {
      const { id } = await call('POST /api/berth/v1/grants', { body });
      if (before !== undefined && before !== id)
        await call('DELETE /api/berth/v1/grants/{grant_id}', { path: { grant_id: before } });
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
