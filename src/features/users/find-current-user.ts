import { findPagedUser } from '../../access/users/user-page-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { userView } from './user-view.ts';

/** The account that asks, as Harbor prints it; undefined: it was deleted between the sign-in and now. */
export async function findCurrentUser(
  { db }: { readonly db: Database },
  id: number,
): Promise<ReturnType<typeof userView> | undefined> {
  const user = await findPagedUser(db.reader, id);
  return user === undefined ? undefined : userView(user);
}
