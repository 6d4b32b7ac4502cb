import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import type { Authenticate, From } from './authenticate.ts';
import { administersSystem } from './authorize.ts';
import { principalName } from './principal.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';

/**
 * Whether an administrator of the system asks, for addresses that strangers are answered differently, or not at all:
 * no credentials and wrong ones are the same no. A token counts when it was asked for the whole registry, as for its
 * catalog.
 */
export async function administers(
  { db, authenticate }: { readonly db: Database; readonly authenticate: Authenticate },
  header: string | undefined,
  from: From & { principal: string },
): Promise<boolean> {
  if (header === undefined) return false;
  try {
    const { principal, token } = await authenticate(header, from);
    from.principal = principalName(principal);
    if (
      token !== undefined &&
      !token.access.some(({ type, actions }) => type === 'registry' && actions.includes('*'))
    )
      return false;
    const grants = await grantsOf(db.reader, principal);
    return administersSystem(grants, await timeFor(db, grants));
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
