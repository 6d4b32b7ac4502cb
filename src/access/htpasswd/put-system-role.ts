import type { Tx } from '../../platform/db/database.ts';
import { type HeldGrant, putGrant, removeGrant } from '../grants/grant-writes.ts';

/** What may be done in every project: push and pull, or deleting as well. */
export type EverywhereRole = 'developer' | 'maintainer';

const roles: readonly EverywhereRole[] = ['developer', 'maintainer'];

/** The one role of that kind that an account has; none takes it back. */
export async function putSystemRole(
  tx: Tx,
  { userId, role, now }: { userId: number; role: EverywhereRole | undefined; now: number },
): Promise<void> {
  for (const each of roles) {
    const grant: HeldGrant = {
      kind: 'user',
      principalId: userId,
      role: each,
      scope: 'system',
      projectId: null,
      repositoryPattern: null,
      tagPattern: null,
    };
    if (each === role) await putGrant(tx, { ...grant, expiresAt: null, now });
    else await removeGrant(tx, grant);
  }
}
