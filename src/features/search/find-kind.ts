import { can, canOnSystem } from '../../access/authorize.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { pageOfProjects } from '../../access/project-page-reads.ts';
import type { Asker } from '../../access/rest-route.ts';
import { pageOfUsers } from '../../access/users/user-page-reads.ts';
import { visibleTo, wholeOrInPart } from '../../access/visible.ts';
import { artifactsOfRow } from '../../content/artifacts/shown/count-artifacts-reads.ts';
import { findArtifacts } from '../../content/artifacts/shown/found-artifact-reads.ts';
import { findTags } from '../../content/artifacts/shown/found-tag-reads.ts';
import { findLabels } from '../../content/labels/found-label-reads.ts';
import { findRepositoryIds, foundRepositories } from '../../content/repositories/found-repository-reads.ts';
import { countRepositoriesByProject } from '../../content/repositories/repository-count-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { Wanted } from './read-words.ts';

export const kinds = ['project', 'repository', 'tag', 'artifact', 'user', 'label'] as const;
export type Kind = (typeof kinds)[number];

/** Of each kind: nobody reads more, and what goes through everything may end there. */
export const mostFound = 1000;

export interface FoundPart {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
}

interface Slice {
  readonly offset: number;
  readonly limit: number;
}

const none: FoundPart = { items: [], count: 0 };

/** A page of what is found of one kind, as far as the asker may see it. */
export async function findKind(
  db: Queries,
  asker: Asker,
  of: Slice & { readonly kind: Kind; readonly wanted: Wanted },
): Promise<FoundPart> {
  const { grants, now } = asker;
  const { wanted, kind, offset, limit } = of;
  const visible = (permission: Permission) => visibleTo(grants, permission, now);
  const slice = { offset, limit };
  switch (kind) {
    case 'project':
      return wanted.project === undefined ? none : projects(db, asker, { ...slice, part: wanted.project });
    case 'repository':
      return wanted.repository === undefined
        ? none
        : repositories(db, { ...slice, part: wanted.repository, visible: visible('repository:list') });
    case 'tag':
      return wanted.tag === undefined
        ? none
        : tags(db, { ...slice, ...wanted.tag, visible: visible('tag:list') });
    case 'artifact':
      return wanted.artifact === undefined
        ? none
        : artifacts(db, { ...slice, ...wanted.artifact, visible: visible('artifact:list') });
    case 'user':
      return wanted.user === undefined || !canOnSystem(grants, 'user:list', now)
        ? none
        : users(db, { ...slice, part: wanted.user });
    case 'label':
      return wanted.label === undefined
        ? none
        : labels(db, { ...slice, part: wanted.label, visible: visible('label:list') });
  }
}

type In<T extends (db: Queries, input: never) => unknown> = Parameters<T>[1];
type Named = Slice & Pick<In<typeof findLabels>, 'visible' | 'part'>;

/** Those of which the asker sees some repositories, too; these are all that is counted of them. */
async function projects(
  db: Queries,
  { grants, now }: Asker,
  { part, ...slice }: Omit<Named, 'visible'>,
): Promise<FoundPart> {
  const repositories = visibleTo(grants, 'repository:list', now);
  const visible = wholeOrInPart(visibleTo(grants, 'project:read', now), repositories);
  const sort = [{ key: 'name', descending: false }] as const;
  const { rows, count } = await pageOfProjects(db, { ...slice, visible, name: { fuzzy: part }, sort });
  const inPart = rows.filter((project) => !can(grants, 'project:read', { project }, now).allowed);
  const projectIds = inPart.map(({ id }) => id);
  const seen = await countRepositoriesByProject(db, { visible: repositories, projectIds });
  const items = rows.map((row) => ({
    kind: 'project',
    project: row.name,
    public: row.public,
    repository_count: projectIds.includes(row.id) ? (seen.get(row.id) ?? 0) : row.repositoryCount,
  }));
  return { items, count };
}

async function repositories(db: Queries, { visible, part, offset, limit }: Named): Promise<FoundPart> {
  const ids = await findRepositoryIds(db, { visible, part, limit: mostFound });
  const rows = await foundRepositories(db, {
    ids: ids.slice(offset, offset + limit),
    artifactCount: artifactsOfRow,
  });
  const items = rows.map((row) => ({
    kind: 'repository',
    project: row.projectName,
    repository: pathIn(row),
    artifact_count: row.artifactCount,
    pull_count: row.pullCount,
  }));
  return { items, count: ids.length };
}

async function tags(db: Queries, input: Omit<In<typeof findTags>, 'most'>): Promise<FoundPart> {
  const { rows, count } = await findTags(db, { ...input, most: mostFound });
  const items = rows.map((row) => ({
    kind: 'tag',
    project: row.projectName,
    repository: pathIn(row),
    tag: row.name,
    digest: row.digest,
    push_time: apiTime(row.pushedAt),
  }));
  return { items, count };
}

async function artifacts(db: Queries, input: Omit<In<typeof findArtifacts>, 'most'>): Promise<FoundPart> {
  const { rows, count } = await findArtifacts(db, { ...input, most: mostFound });
  const items = rows.map((row) => ({
    kind: 'artifact',
    project: row.projectName,
    repository: pathIn(row),
    digest: row.digest,
    ...(row.tag === null ? {} : { tag: row.tag }),
    push_time: apiTime(row.pushedAt),
  }));
  return { items, count };
}

async function users(db: Queries, { part, ...slice }: Omit<Named, 'visible'>): Promise<FoundPart> {
  const { rows, count } = await pageOfUsers(db, {
    ...slice,
    username: { kind: 'fuzzy', value: part },
    sort: [{ by: 'username', descending: false }],
  });
  const items = rows.map((row) => ({
    kind: 'user',
    username: row.username,
    user_id: row.id,
    realname: row.realname,
  }));
  return { items, count };
}

async function labels(db: Queries, input: Named): Promise<FoundPart> {
  const { rows, count } = await findLabels(db, input);
  const items = rows.map((row) => ({
    kind: 'label',
    label: row.name,
    color: row.color,
    ...(row.projectName === null ? {} : { project: row.projectName }),
  }));
  return { items, count };
}

/** Behind the project's slash. */
function pathIn({
  projectName,
  fullName,
}: {
  readonly projectName: string;
  readonly fullName: string;
}): string {
  return fullName.slice(projectName.length + 1);
}
