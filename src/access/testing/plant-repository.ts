import type { Tx } from '../../platform/db/database.ts';

/** What pushes leave of a repository, as far as projects care: shown and with an artifact, or neither. */
export async function plantRepository(
  { builder }: Tx,
  input: { readonly projectId: number; readonly name: string; readonly artifact: boolean },
): Promise<void> {
  const { projectId, name, artifact } = input;
  const repository = await builder
    .insertInto('repository')
    .values({
      project_id: projectId,
      full_name: name,
      created_at: 0,
      updated_at: 0,
      visible_at: artifact ? 0 : null,
      deleted_at: null,
      purge_after: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (!artifact) return;
  const digest = `sha256:${name}`;
  const blob = await builder
    .insertInto('blob')
    .values({ digest, size: 1, state: 'live', storage_key: null, generation: 0, worker: null, state_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await builder
    .insertInto('manifest')
    .values({ blob_id: blob.id, bytes: new Uint8Array(1) })
    .execute();
  await builder
    .insertInto('artifact')
    .values({
      repository_id: repository.id,
      blob_id: blob.id,
      digest,
      media_type: 'm',
      artifact_type: null,
      size: 1,
      pushed_at: 0,
      deleted_at: null,
      purge_after: null,
    })
    .execute();
}
