import type { Visible } from '../../access/visible.ts';
import { countArtifactsOfEach } from '../../content/artifacts/shown/count-artifacts-reads.ts';
import { findCanonical } from '../../content/blobs/blob-reads.ts';
import {
  pageOfShownRepositories,
  type RepositoryColumn,
  type RepositoryPage,
} from '../../content/repositories/repository-page-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { parseDigest } from '../../lib/oci/digest.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { repositoryView } from './repository-view.ts';

export interface ListRepositoriesInput {
  readonly visible: Visible;
  readonly projectId?: number;
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
}

/** Names of the columns and of the fields of Harbor's code. */
const orders: Readonly<Record<string, RepositoryColumn>> = {
  name: 'name',
  Name: 'name',
  repository_id: 'id',
  RepositoryID: 'id',
  id: 'id',
  creation_time: 'createdAt',
  CreationTime: 'createdAt',
  update_time: 'updatedAt',
  UpdateTime: 'updatedAt',
  pull_count: 'pullCount',
  PullCount: 'pullCount',
};

export async function listRepositories(
  deps: { readonly db: Database },
  input: ListRepositoriesInput,
): Promise<{ items: readonly unknown[]; total: number }> {
  const { reader } = deps.db;
  const filters = await parseFilters(deps, input);
  if (filters === undefined) return { items: [], total: 0 };
  const { rows, count } = await pageOfShownRepositories(reader, {
    ...filters,
    visible: input.visible,
    offset: offsetOf(input.page),
    limit: input.page.size === 0 ? Number.MAX_SAFE_INTEGER : input.page.size,
    sort: parseSort(input.sort, Object.keys(orders), { key: 'creation_time', descending: true }).map(
      ({ key, descending }) => ({ by: orders[key] ?? 'createdAt', descending }),
    ),
  });
  const ids = rows.map(({ id }) => id);
  const artifacts = await countArtifactsOfEach(reader, ids);
  return { items: rows.map((row) => repositoryView(row, artifacts.get(row.id) ?? 0)), total: count };
}

/**
 * What the list shows, all pages at once.
 * @throws AppError BAD_REQUEST
 */
export async function findRepositories(
  deps: { readonly db: Database },
  input: Pick<ListRepositoriesInput, 'visible' | 'projectId' | 'q'> & { readonly limit: number },
): Promise<readonly { readonly id: number; readonly name: string }[]> {
  const filters = await parseFilters(deps, input);
  if (filters === undefined) return [];
  const { visible, limit } = input;
  const sort = [{ by: 'name', descending: false }] as const;
  const { rows } = await pageOfShownRepositories(deps.db.reader, {
    ...filters,
    visible,
    sort,
    offset: 0,
    limit,
  });
  return rows.map(({ id, fullName: name }) => ({ id, name }));
}

type Filters = Pick<RepositoryPage, 'name' | 'projectIds' | 'holds'>;

/** Undefined: nothing can match. */
async function parseFilters(
  deps: { readonly db: Database },
  { q, projectId }: Pick<ListRepositoriesInput, 'q' | 'projectId'>,
): Promise<Filters | undefined> {
  const query = parseListQuery(q);
  const name = query.get('name') ?? query.get('Name');
  const texts = name === undefined ? [] : textsOf(name);
  if (texts.some((text) => text.includes('\0') || text.length > 255)) return undefined;
  const ofProject = query.get('project_id') ?? query.get('ProjectID');
  const projectIds = ofProject === undefined ? undefined : idsOf(ofProject);
  const blob = query.get('blob_digest') ?? query.get('BlobDigest');
  const holds = blob === undefined ? undefined : await canonicalOf(deps, blob);
  if (blob !== undefined && holds === undefined) return undefined;
  const own = projectId === undefined ? projectIds : [projectId];
  if (projectId !== undefined && projectIds !== undefined && !projectIds.includes(projectId))
    return undefined;
  return {
    ...(name === undefined ? {} : { name: nameFilter(name) }),
    ...(own === undefined ? {} : { projectIds: own }),
    ...(holds === undefined ? {} : { holds }),
  };
}

function textsOf(match: Match): readonly string[] {
  if (match.kind === 'range') throw unsuitable('name');
  return 'values' in match ? match.values : [match.value];
}

function nameFilter(match: Match): NonNullable<RepositoryPage['name']> {
  if (match.kind === 'exact') return { exact: match.value };
  if (match.kind === 'fuzzy') return { fuzzy: match.value };
  if (match.kind === 'any') return { any: match.values };
  throw unsuitable('name');
}

function idsOf(match: Match): readonly number[] {
  if (match.kind !== 'exact' && match.kind !== 'any') throw unsuitable('project_id');
  const ids = ('values' in match ? match.values : [match.value]).map(Number);
  if (!ids.every((id) => Number.isSafeInteger(id))) throw unsuitable('project_id');
  return ids;
}

async function canonicalOf(deps: { readonly db: Database }, match: Match): Promise<string | undefined> {
  if (match.kind !== 'exact') throw unsuitable('blob_digest');
  const digest = parseDigest(match.value);
  return digest === undefined ? undefined : findCanonical(deps.db.reader, digest);
}

function unsuitable(key: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `invalid query string value: ${key} is not compared in this way`,
  });
}
