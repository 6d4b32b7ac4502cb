import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findUser, type User } from './user-reads.ts';

/** @throws AppError NOT_FOUND */
export async function requireUser(db: Queries, username: string): Promise<User> {
  const user = await findUser(db, username);
  if (user !== undefined) return user;
  throw new AppError('NOT_FOUND', { message: `there is no user "${username.slice(0, 255)}"` });
}
