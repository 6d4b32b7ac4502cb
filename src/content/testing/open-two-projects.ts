import { insertProject } from '../../access/projects/project-writes.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { openWorld, type World } from './world.ts';

/** The id of the project `other`. */
export const otherProject = 2;

export async function openTwoProjects(dialect: DialectName): Promise<World> {
  const world = await openWorld({ dialect });
  await world.db.transaction(async (tx) => {
    await insertProject(tx, { id: otherProject, name: 'other', ownerId: 1, public: true, now: 0 });
    await raiseSequence(tx, 'project');
  });
  return world;
}
