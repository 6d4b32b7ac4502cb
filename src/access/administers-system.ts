import { isValid } from './authorize.ts';
import type { Grant } from './grants/grant-reads.ts';
import { systemAdmin } from './grants/roles.ts';

/** Whether these are the grants of an administrator of the system. */
export function administersSystem(grants: readonly Grant[], now: number): boolean {
  return grants.some(
    (grant) => grant.scope === 'system' && grant.role === systemAdmin && isValid(grant, now),
  );
}
