import type { Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

const takeName = prepare((db, values: { projectId: number; name: string; now: number }) =>
  db
    .insertInto('repository')
    .values({
      project_id: values.projectId,
      full_name: values.name,
      created_at: values.now,
      updated_at: values.now,
      visible_at: null,
      deleted_at: null,
      purge_after: null,
    })
    .onConflict((conflict) => conflict.column('full_name').where('deleted_at', 'is', null).doNothing())
    .returning('id'),
);

const dropRepository = prepare((db, values: { id: number }) =>
  db.deleteFrom('repository').where('id', '=', values.id),
);

const put = prepare((db, values: { id: number; projectId: number; name: string; now: number }) =>
  db
    .updateTable('repository')
    .set({ project_id: values.projectId, full_name: values.name, updated_at: values.now })
    .where('id', '=', values.id),
);

const putArtifacts = prepare((db, values: { id: number; projectId: number }) =>
  db
    .updateTable('artifact')
    .set({ project_id: values.projectId })
    .where('repository_id', '=', values.id)
    .where('project_id', '<>', values.projectId),
);

/**
 * Behind `lockRepositoryToDelete`. False: another live repository has the name. A row of its own takes the name first,
 * since that waits for whoever is about to take it.
 */
export async function putRepository(
  tx: Tx,
  input: { id: number; projectId: number; name: string; now: number },
): Promise<boolean> {
  const { projectId, name, now } = input;
  const place = await tx.first(takeName, { projectId, name, now });
  if (place === undefined) return false;
  await tx.run(dropRepository, { id: place.id });
  await tx.run(put, input);
  await tx.run(putArtifacts, { id: input.id, projectId });
  return true;
}

type Place = { readonly projectId: number; readonly name: string };

const forgetFinished = prepare((db, values: Place) =>
  db
    .deleteFrom('upload')
    .where('project_id', '=', values.projectId)
    .where('repository_name', '=', values.name)
    .where('finished_digest', 'is not', null),
);

const endUploads = prepare((db, values: Place) =>
  db
    .updateTable('upload')
    .set({ principal: '', lease_holder: null, expires_at: 0 })
    .where('project_id', '=', values.projectId)
    .where('repository_name', '=', values.name)
    .where('finished_digest', 'is', null),
);

/** As `endUploadsOf` does it for a whole project. */
export async function endUploadsInto(tx: Tx, place: Place): Promise<void> {
  await tx.run(forgetFinished, place);
  await tx.run(endUploads, place);
}
