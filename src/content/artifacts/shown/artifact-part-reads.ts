import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';

export interface ShownTag {
  readonly id: number;
  readonly repositoryId: number;
  readonly artifactId: number;
  readonly name: string;
  readonly pushedAt: number;
  readonly pulledAt: number | null;
}

/** The newest of each artifact; a list of tags has the rest, page by page. */
const tags = prepare((db, values: { artifactIds: string; most: number }, dialect) =>
  db
    .selectFrom(
      db
        .selectFrom('live_tag')
        .select([
          'id',
          'repository_id as repositoryId',
          'artifact_id as artifactId',
          'name',
          'pushed_at as pushedAt',
          'pulled_at as pulledAt',
          sql<number>`row_number() over (partition by artifact_id order by pushed_at desc, id desc)`.as(
            'place',
          ),
        ])
        .where('artifact_id', 'in', valueList('integer', values.artifactIds, dialect))
        .as('ordered'),
    )
    .select(['id', 'repositoryId', 'artifactId', 'name', 'pushedAt', 'pulledAt'])
    .where('place', '<=', values.most)
    .orderBy('artifactId')
    .orderBy('place'),
);

export function findTagsOf(db: Queries, artifactIds: readonly number[], most: number): Promise<ShownTag[]> {
  return db.all(tags, { artifactIds: JSON.stringify(artifactIds), most });
}

const labels = prepare((db, values: { artifactIds: string }, dialect) =>
  db
    .selectFrom('artifact_label')
    .innerJoin('label', 'label.id', 'artifact_label.label_id')
    .select([
      'artifact_label.artifact_id as artifactId',
      'label.id',
      'label.name',
      'label.description',
      'label.color',
      'label.project_id as projectId',
      'label.created_at as createdAt',
      'label.updated_at as updatedAt',
    ])
    .where('artifact_label.artifact_id', 'in', valueList('integer', values.artifactIds, dialect))
    .orderBy('label.id'),
);

export function findLabelsOf(db: Queries, artifactIds: readonly number[]) {
  return db.all(labels, { artifactIds: JSON.stringify(artifactIds) });
}

const aliases = prepare((db, values: { blobIds: string }, dialect) =>
  db
    .selectFrom('blob_alias')
    .select(['blob_id as blobId', 'digest'])
    .where('blob_id', 'in', valueList('integer', values.blobIds, dialect)),
);

export interface Subject {
  readonly id: number;
  readonly repositoryId: number;
  readonly blobId: number;
  readonly digest: string;
}

export interface AccessoryRow {
  readonly subject: Subject;
  readonly id: number;
  readonly digest: string;
  readonly size: number;
  readonly kind: string;
  /** As a list of referrers has it: its own, else that of its config; empty: it names none. */
  readonly artifactType: string;
  readonly pushedAt: number;
}

const accessories = prepare((db, values: { repositoryIds: string; names: string }, dialect) =>
  db
    .selectFrom('live_artifact')
    .select([
      'id',
      'repository_id as repositoryId',
      'accessory_subject as name',
      'accessory_kind as kind',
      sql<string>`coalesce(artifact_type, config_type, '')`.as('artifactType'),
      'digest',
      sql<number>`coalesce(total_size, size)`.as('size'),
      'pushed_at as pushedAt',
    ])
    .where('repository_id', 'in', valueList('integer', values.repositoryIds, dialect))
    .where('accessory_subject', 'in', valueList('text', values.names, dialect))
    .where('accessory_kind', 'is not', null)
    .orderBy('id'),
);

/** The accessories that name one of these as what they are about, by whichever of its digests, in the order of pushes. */
export async function findAccessoriesOf(db: Queries, subjects: readonly Subject[]): Promise<AccessoryRow[]> {
  if (subjects.length === 0) return [];
  const blobIds = JSON.stringify(subjects.map(({ blobId }) => blobId));
  const others = Map.groupBy(await db.all(aliases, { blobIds }), ({ blobId }) => blobId);
  const byName = new Map<string, Subject>();
  const names = new Set<string>();
  for (const subject of subjects) {
    const known = (others.get(subject.blobId) ?? []).map(({ digest }) => digest);
    for (const name of [subject.digest, ...known]) {
      names.add(name);
      byName.set(`${subject.repositoryId} ${name}`, subject);
    }
  }
  const repositoryIds = JSON.stringify([...new Set(subjects.map(({ repositoryId }) => repositoryId))]);
  const rows = await db.all(accessories, { repositoryIds, names: JSON.stringify([...names]) });
  return rows.flatMap(({ repositoryId, name, kind, ...row }) => {
    const subject = byName.get(`${repositoryId} ${name}`);
    return subject === undefined || kind === null ? [] : [{ ...row, subject, kind }];
  });
}

const parents = prepare((db, values: { blobIds: string }, dialect) =>
  db
    .selectFrom('reference')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'reference.manifest_id')
    .select([
      'reference.blob_id as childBlobId',
      'live_artifact.id',
      'live_artifact.repository_id as repositoryId',
      'live_artifact.blob_id as blobId',
      'live_artifact.digest',
    ])
    .where('reference.blob_id', 'in', valueList('integer', values.blobIds, dialect))
    .where('reference.kind', '=', 'child'),
);

/** The live indexes that list a manifest, in any repository. */
export async function findParentsOf(
  db: Queries,
  blobIds: readonly number[],
): Promise<(Subject & { readonly childBlobId: number })[]> {
  const rows = await db.all(parents, { blobIds: JSON.stringify(blobIds) });
  return rows.flatMap(({ childBlobId, ...row }) => (childBlobId === null ? [] : [{ ...row, childBlobId }]));
}

const tagCounts = prepare((db, values: { artifactIds: string }, dialect) =>
  db
    .selectFrom('live_tag')
    .select((of) => ['artifact_id as artifactId', of.fn.countAll<number>().as('count')])
    .where('artifact_id', 'in', valueList('integer', values.artifactIds, dialect))
    .groupBy('artifact_id'),
);

export async function countTagsOf(
  db: Queries,
  artifactIds: readonly number[],
): Promise<{ artifactId: number; count: number }[]> {
  if (artifactIds.length === 0) return [];
  const rows = await db.all(tagCounts, { artifactIds: JSON.stringify(artifactIds) });
  return rows.map(({ artifactId, count }) => ({ artifactId, count: Number(count) }));
}
