import { type SqlBool, sql } from 'kysely';
import { isListed, isNoAccessory, isTagged } from '../../../content/artifacts/shown/shown-artifacts-reads.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';
import type { Candidate } from '../plan/candidate.ts';

const rowsAtOnce = 500;

/** As lists show them: no accessory, and no child of an index unless it is tagged. */
const artifacts = prepare((db, values: { repositoryId: number; after: number; limit: number }) =>
  db
    .selectFrom('live_artifact')
    .select(['id', 'blob_id as blobId', 'digest', 'kind', 'pushed_at as pushedAt', 'pulled_at as pulledAt'])
    .where('repository_id', '=', values.repositoryId)
    .where('id', '>', values.after)
    .where(isNoAccessory('live_artifact'))
    .where(sql<SqlBool>`(${isTagged('live_artifact')} or not ${isListed('live_artifact')})`)
    .orderBy('id')
    .limit(values.limit),
);

const tags = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('live_tag')
    .select(['artifact_id as artifactId', 'name', 'pushed_at as pushedAt', 'pulled_at as pulledAt'])
    .where('artifact_id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('name'),
);

const labels = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('artifact_label')
    .innerJoin('label', 'label.id', 'artifact_label.label_id')
    .select(['artifact_label.artifact_id as artifactId', 'label.name'])
    .where('artifact_label.artifact_id', 'in', valueList('integer', values.ids, dialect))
    .orderBy('label.name'),
);

const holders = prepare((db, values: { repositoryId: number; blobIds: string }, dialect) =>
  db
    .selectFrom('reference')
    .innerJoin('live_artifact as parent', 'parent.blob_id', 'reference.manifest_id')
    .select(['parent.id', 'reference.blob_id as blobId'])
    .distinct()
    .where('reference.blob_id', 'in', valueList('integer', values.blobIds, dialect))
    .where('reference.kind', '=', 'child')
    .where('parent.repository_id', '=', values.repositoryId),
);

/** All artifacts of a repository that a policy decides about, in the order of their ids. */
export async function candidatesOf(db: Queries, repositoryId: number): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (let after = 0; ; ) {
    const rows = await db.all(artifacts, { repositoryId, after, limit: rowsAtOnce });
    const last = rows.at(-1);
    if (last === undefined) return found;
    const ids = JSON.stringify(rows.map(({ id }) => id));
    const blobIds = JSON.stringify(rows.map(({ blobId }) => blobId));
    const tagsOf = Map.groupBy(await db.all(tags, { ids }), ({ artifactId }) => artifactId);
    const labelsOf = Map.groupBy(await db.all(labels, { ids }), ({ artifactId }) => artifactId);
    const held = Map.groupBy(await db.all(holders, { repositoryId, blobIds }), ({ blobId }) => blobId);
    for (const { id, blobId, kind, ...row } of rows)
      found.push({
        ...row,
        id,
        kind: kind ?? 'IMAGE',
        tags: (tagsOf.get(id) ?? []).map(({ name, pushedAt, pulledAt }) => ({ name, pushedAt, pulledAt })),
        labels: (labelsOf.get(id) ?? []).map(({ name }) => name),
        heldBy: (held.get(blobId) ?? []).map((holder) => holder.id),
      });
    after = last.id;
  }
}

const repositories = prepare((db, values: { projectId: number; after: string; limit: number }) =>
  db
    .selectFrom('live_repository')
    .select(['id', 'full_name as name'])
    .where('project_id', '=', values.projectId)
    .where('visible_at', 'is not', null)
    .where('full_name', '>', values.after)
    .orderBy('full_name')
    .limit(values.limit),
);

export interface CandidateRepository {
  readonly id: number;
  /** With the project's name before it. */
  readonly name: string;
}

/** Those that lists show, by name. */
export async function* repositoriesOf(db: Queries, projectId: number): AsyncGenerator<CandidateRepository> {
  for (let after = ''; ; ) {
    const rows = await db.all(repositories, { projectId, after, limit: rowsAtOnce });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.name;
  }
}
