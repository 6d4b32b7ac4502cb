import type { Queries } from '../../platform/db/database.ts';
import { findAlike } from '../users/user-reads.ts';

/** Whether a new account could not have that name or address. */
export async function isTaken(
  db: Queries,
  { target, value }: { readonly target: 'username' | 'email'; readonly value: string },
): Promise<boolean> {
  const alike = target === 'username' ? { username: value, email: null } : { username: '', email: value };
  return (await findAlike(db, alike)) !== undefined;
}
