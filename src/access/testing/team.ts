import type { DumpableDatabase } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { openTestDatabase, type TestDatabase } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import { createProject } from '../projects/create-project.ts';
import { addUser } from '../users/user-writes.ts';

export interface Team extends TestDatabase {
  readonly db: DumpableDatabase;
  readonly ownerId: number;
  readonly userId: number;
  readonly projectId: number;
}

/** A database with the private project `team` of the account `owner`, and `alice`, who has nothing. */
export async function openTeam(dialect: DialectName): Promise<Team> {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const [ownerId = 0, userId = 0] = await db.transaction(async (tx) => {
    const made: (number | undefined)[] = [];
    for (const username of ['owner', 'alice'])
      made.push(await addUser(tx, { username, email: null, realname: '', passwordHash: 'h', now: 0 }));
    return made;
  });
  const projectId = await createProject(
    { db },
    { name: 'team', public: false, sparseManifests: false, ownerId, limitBytes: -1, actor: systemActor },
  );
  return { ...opened, ownerId, userId, projectId };
}
