import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const releaseProject = prepare((db, values: { name: string }) =>
  db.deleteFrom('former_project').where('name', '=', values.name).returning('project_id'),
);

/** Returns the project that had the name, if there is one. */
export async function releaseProjectName(tx: Tx, name: string): Promise<number | undefined> {
  return (await tx.first(releaseProject, { name }))?.project_id;
}

const keepProject = prepare((db, values: { name: string; projectId: number; now: number; endsAt: number }) =>
  db.insertInto('former_project').values({
    name: values.name,
    project_id: values.projectId,
    since: values.now,
    ends_at: values.endsAt,
  }),
);

/** From now on it is an earlier name of that project, whatever it was before. */
export async function keepProjectName(
  tx: Tx,
  input: { name: string; projectId: number; now: number; endsAt: number },
): Promise<void> {
  await releaseProjectName(tx, input.name);
  await tx.run(keepProject, input);
}

const releaseRepository = prepare((db, values: { projectId: number; path: string }) =>
  db
    .deleteFrom('former_repository')
    .where('project_id', '=', values.projectId)
    .where('path', '=', values.path),
);

/** False: no repository was there before. */
export async function releaseRepositoryName(
  tx: Tx,
  place: { projectId: number; path: string },
): Promise<boolean> {
  return (await tx.run(releaseRepository, place)) > 0;
}

const keepRepository = prepare(
  (db, values: { projectId: number; path: string; repositoryId: number; now: number; endsAt: number }) =>
    db.insertInto('former_repository').values({
      project_id: values.projectId,
      path: values.path,
      repository_id: values.repositoryId,
      since: values.now,
      ends_at: values.endsAt,
    }),
);

export async function keepRepositoryName(
  tx: Tx,
  input: { projectId: number; path: string; repositoryId: number; now: number; endsAt: number },
): Promise<void> {
  const { projectId, path } = input;
  await tx.run(releaseRepository, { projectId, path });
  await tx.run(keepRepository, input);
}
