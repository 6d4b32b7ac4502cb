import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface ProjectFacts {
  readonly name: string;
  readonly public: boolean;
  readonly usedBytes: number;
  /** Below 0: none. */
  readonly limitBytes: number;
}

/** Live projects among these. */
export async function projectFacts(
  { builder, dialect }: Queries,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ProjectFacts>> {
  const rows = await builder
    .selectFrom('live_project')
    .innerJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .select(['live_project.id', 'name', 'public', 'used_bytes as usedBytes', 'limit_bytes as limitBytes'])
    .where('live_project.id', 'in', valueList('integer', JSON.stringify(ids), dialect))
    .execute();
  return new Map(rows.map((row) => [row.id, { ...row, public: row.public === 1 }]));
}

/** When live repositories among these were made. */
export async function repositoryTimes(
  { builder, dialect }: Queries,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await builder
    .selectFrom('live_repository')
    .select(['full_name as name', 'created_at as createdAt'])
    .where('full_name', 'in', valueList('text', JSON.stringify(names), dialect))
    .execute();
  return new Map(rows.map(({ name, createdAt }) => [name, createdAt]));
}

export interface ArtifactName {
  readonly repository: string;
  readonly digest: string;
}

export function artifactKey({ repository, digest }: ArtifactName): string {
  return `${repository}@${digest}`;
}

/** The first tag of each of these artifacts that has any. */
export async function firstTags(
  { builder, dialect }: Queries,
  artifacts: readonly ArtifactName[],
): Promise<ReadonlyMap<string, string>> {
  const of = (values: readonly string[]) => valueList('text', JSON.stringify([...new Set(values)]), dialect);
  const rows = await builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .innerJoin('live_tag', 'live_tag.artifact_id', 'live_artifact.id')
    .select(['full_name as repository', 'live_artifact.digest', sql<string>`min(live_tag.name)`.as('tag')])
    .where('full_name', 'in', of(artifacts.map(({ repository }) => repository)))
    .where('live_artifact.digest', 'in', of(artifacts.map(({ digest }) => digest)))
    .groupBy(['full_name', 'live_artifact.digest'])
    .execute();
  return new Map(rows.map((row) => [artifactKey(row), row.tag]));
}

/** The names of the labels of each of these artifacts that has any. */
export async function labelsOf(
  { builder, dialect }: Queries,
  artifacts: readonly ArtifactName[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const of = (values: readonly string[]) => valueList('text', JSON.stringify([...new Set(values)]), dialect);
  const rows = await builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .innerJoin('artifact_label', 'artifact_label.artifact_id', 'live_artifact.id')
    .innerJoin('label', 'label.id', 'artifact_label.label_id')
    .select(['full_name as repository', 'live_artifact.digest', 'label.name'])
    .where('full_name', 'in', of(artifacts.map(({ repository }) => repository)))
    .where('live_artifact.digest', 'in', of(artifacts.map(({ digest }) => digest)))
    .execute();
  const labels = new Map<string, string[]>();
  for (const row of rows) labels.set(artifactKey(row), [...(labels.get(artifactKey(row)) ?? []), row.name]);
  return labels;
}
