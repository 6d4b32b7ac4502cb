import { useAnswer } from './use-list.ts';

/**
 * What the caller may do in one place, such as `pay` or `pay/api`, asked once for all controls of a page.
 * @returns undefined while it is not known
 */
export function useCan(scope: string): (permission: string) => boolean | undefined {
  const { data } = useAnswer('GET /api/berth/v1/me/can', { query: { scope } });
  const held = data?.permissions;
  return (permission) => held?.includes(permission);
}

/** Which tags of a repository the caller may pull: patterns such as `v1.*` where not all; undefined while it is not known. */
export function usePullTags(scope: string): 'all' | readonly string[] | undefined {
  const { data } = useAnswer('GET /api/berth/v1/me/can', { query: { scope } });
  return data === undefined ? undefined : (data.pull_tags ?? 'all');
}
