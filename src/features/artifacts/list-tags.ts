import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';
import { immutableTags } from '../../content/tags/immutable-rule-reads.ts';
import { pageOfTagsOf, type TagColumn, type TagPage } from '../../content/tags/tag-page-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { tagView } from './artifact-view.ts';
import { textsOf } from './texts-of.ts';

export interface ListInput {
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
  readonly with_immutable_status?: boolean;
}

export interface Listed {
  readonly items: readonly unknown[];
  readonly total: number;
}

const tagOrders: Readonly<Record<string, TagColumn>> = {
  id: 'id',
  ID: 'id',
  name: 'name',
  Name: 'name',
  push_time: 'pushedAt',
  PushTime: 'pushedAt',
  pull_time: 'pulledAt',
  PullTime: 'pulledAt',
};

/** The tags of one artifact. */
export async function listTags(
  deps: { readonly db: Database },
  artifact: ArtifactRow,
  input: ListInput,
): Promise<Listed> {
  const { page, q, sort } = input;
  const query = parseListQuery(q);
  const match = query.get('name') ?? query.get('Name');
  if (match !== undefined && textsOf('name', match).some((text) => text.includes('\0') || text.length > 128))
    return { items: [], total: 0 };
  const { rows, count } = await pageOfTagsOf(deps.db.reader, {
    artifactId: artifact.id,
    ...(match === undefined ? {} : { name: nameFilter(match) }),
    sort: parseSort(sort, Object.keys(tagOrders), { key: 'push_time', descending: true }).map(
      ({ key, descending }) => ({ by: tagOrders[key] ?? 'pushedAt', descending }),
    ),
    offset: offsetOf(page),
    limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
  });
  const keeps = await immutableTags(deps.db.reader, input.with_immutable_status === true ? [artifact] : []);
  return { items: rows.map((row) => tagView(row, keeps(artifact, row.name))), total: count };
}

function nameFilter(match: Match): NonNullable<TagPage['name']> {
  if (match.kind === 'exact') return { exact: match.value };
  if (match.kind === 'fuzzy') return { fuzzy: match.value };
  return { any: textsOf('name', match) };
}
