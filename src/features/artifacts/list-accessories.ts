import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';
import { type AccessoryRow, findAccessoriesOf } from '../../content/artifacts/shown/artifact-part-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { accessoryView } from './artifact-view.ts';
import type { Listed, ListInput } from './list-tags.ts';
import { textsOf } from './texts-of.ts';

const accessoryOrders = {
  id: (row: AccessoryRow) => row.id,
  creation_time: (row: AccessoryRow) => row.pushedAt,
  size: (row: AccessoryRow) => row.size,
  type: (row: AccessoryRow) => row.kind,
  digest: (row: AccessoryRow) => row.digest,
} as const;

/** What is directly about one artifact. */
export async function listAccessories(
  deps: { readonly db: Database },
  artifact: ArtifactRow,
  { page, q, sort }: ListInput,
): Promise<Listed> {
  const query = parseListQuery(q);
  const rows = (await findAccessoriesOf(deps.db.reader, [artifact])).filter(
    ({ kind, digest }) =>
      matches(query.get('type') ?? query.get('Type'), kind) &&
      matches(query.get('digest') ?? query.get('Digest'), digest),
  );
  const keys = Object.keys(accessoryOrders) as (keyof typeof accessoryOrders)[];
  const by = parseSort(sort, keys, { key: 'id', descending: false });
  const ordered = rows.toSorted((a, b) => {
    for (const { key, descending } of by) {
      const [left, right] = [accessoryOrders[key](a), accessoryOrders[key](b)];
      if (left !== right) return left < right !== descending ? -1 : 1;
    }
    return a.id - b.id;
  });
  const start = offsetOf(page);
  const shown = ordered.slice(start, page.size === 0 ? undefined : start + page.size);
  return { items: shown.map((row) => accessoryView(row, artifact.repositoryName)), total: rows.length };
}

function matches(match: Match | undefined, value: string): boolean {
  if (match === undefined) return true;
  const texts = textsOf('type', match);
  return match.kind === 'fuzzy'
    ? value.toLowerCase().includes(match.value.toLowerCase())
    : texts.includes(value);
}
