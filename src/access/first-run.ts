import type { Secret } from '../lib/secret.ts';
import { StartProblem } from '../lib/start-problem.ts';
import { generatePassword } from '../lib/text/generate-password.ts';
import type { Passwords } from '../platform/crypto/password.ts';
import type { Database, Tx } from '../platform/db/database.ts';
import { oneAtATime } from '../platform/db/one-at-a-time.ts';
import { raiseSequence } from '../platform/db/raise-sequence.ts';
import { append, systemActor } from '../platform/events/append.ts';
import { onSystem } from './grants/grant-system-admin.ts';
import { putGrant } from './grants/grant-writes.ts';
import { anonymousId } from './principal.ts';
import { findProject } from './projects/project-reads.ts';
import { grantToOwner, insertProject } from './projects/project-writes.ts';
import { isWeakPassword } from './users/is-weak-password.ts';
import { findUserById } from './users/user-reads.ts';
import { insertUser } from './users/user-writes.ts';

/** Harbor's ids, on which its clients rely. */
export const adminId = 1;
const libraryId = 1;

export const adminName = 'admin';

export interface FirstRunDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  /** Puts a generated password where the operator finds it, before anybody depends on it. */
  readonly keepInitialPassword: (password: string) => Promise<void>;
  readonly forgetInitialPassword: () => Promise<void>;
}

/**
 * Makes the administrator and the project `library` on an empty database; does nothing on any other.
 * Returns the password if it was generated here.
 * @throws StartProblem weakAdminPassword
 */
export async function firstRun(
  deps: FirstRunDeps,
  input: {
    readonly password: Secret | undefined;
    /** As it came from elsewhere; a password that is given goes before. */
    readonly passwordHash?: string | undefined;
    readonly allowWeak: boolean;
    /** Nobody pulls from `library` without signing in, as from a registry that has no public part. */
    readonly libraryIsPrivate?: boolean;
  },
): Promise<string | undefined> {
  if ((await findUserById(deps.db.reader, adminId)) !== undefined) return undefined;
  const given = input.password?.reveal();
  if (given !== undefined && !input.allowWeak && isWeakPassword(given))
    throw new StartProblem('weakAdminPassword');
  if (given === undefined && input.passwordHash !== undefined) {
    const now = await deps.db.now();
    await deps.db.transaction((tx) =>
      create(tx, { ...input, passwordHash: input.passwordHash ?? null, now }),
    );
    return undefined;
  }
  const password = given ?? generatePassword();
  if (given === undefined) await deps.keepInitialPassword(password);
  const passwordHash = await deps.passwords.hash(password);
  const now = await deps.db.now();
  const created = await deps.db.transaction((tx) => create(tx, { ...input, passwordHash, now }));
  if (given !== undefined) return undefined;
  if (!created) await deps.forgetInitialPassword();
  return created ? password : undefined;
}

/** False: another instance was first. */
async function create(
  tx: Tx,
  input: {
    readonly passwordHash: string | null;
    readonly libraryIsPrivate?: boolean;
    readonly now: number;
  },
): Promise<boolean> {
  const { passwordHash, libraryIsPrivate = false, now } = input;
  await oneAtATime(tx, 'first-run');
  if ((await findUserById(tx, adminId)) !== undefined) return false;
  await insertUser(tx, { id: adminId, username: adminName, passwordHash, now, deletedAt: null });
  await insertUser(tx, { id: anonymousId, username: 'anonymous', passwordHash: null, now, deletedAt: now });
  await raiseSequence(tx, 'user');
  await putGrant(tx, { ...onSystem(adminId), expiresAt: null, now });
  if ((await findProject(tx, 'library')) === undefined) {
    const access = { ownerId: adminId, public: !libraryIsPrivate };
    await insertProject(tx, { id: libraryId, name: 'library', ...access, now });
    await grantToOwner(tx, { projectId: libraryId, ownerId: adminId, now });
    await raiseSequence(tx, 'project');
  }
  await append(tx, {
    type: 'admin.created',
    at: now,
    actor: systemActor,
    projectId: null,
    object: `user:${adminId}`,
  });
  return true;
}
