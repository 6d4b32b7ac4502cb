import { currentVersion } from '../../access/authenticate.ts';
import { grantsOf, timeFor } from '../../access/resolve-and-require.ts';
import type { Asker, SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Batch } from './batch.ts';

/**
 * The one who asked for it, with the rights of now: what was taken from them meanwhile is not done.
 * @throws AppError DENIED once the account or the token by which they asked has ended
 */
export async function askerOf(
  { db }: { readonly db: Database },
  { id, principal, actor }: Pick<Batch, 'id' | 'principal' | 'actor'>,
): Promise<SignedInAsker> {
  if ((await currentVersion({ db }, principal, undefined)) === undefined)
    throw new AppError('DENIED', {
      message: 'the account that asked for it, or the token by which it did, has ended',
    });
  const rights = async (): Promise<Pick<Asker, 'grants' | 'now'>> => {
    const grants = await grantsOf(db.reader, principal);
    return { grants, now: await timeFor(db, grants) };
  };
  return { principal, actor: { ...actor, job: id }, ...(await rights()), rightsNow: rights };
}
