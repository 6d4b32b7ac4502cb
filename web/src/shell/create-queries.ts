import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.ts';
import { connection } from '../api/connection.ts';
import { tellChange } from '../ui/table/changes.ts';

const freshMs = 5000;
const attempts = 2;

/** What the server refused it refuses again; only what failed on the way is tried once more. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        networkMode: 'always',
        retry: (count, error) =>
          count < attempts && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
      mutations: { networkMode: 'always' },
    },
  });
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'invalidate') tellChange();
  });
  // What failed while the server was away is asked for by itself, and what may have changed meanwhile.
  connection.subscribe(() => {
    if (connection.lostSince === undefined) void queries.invalidateQueries();
  });
  return queries;
}
