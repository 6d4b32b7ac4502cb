import { pageOfRepositories, type RepositoryFilter } from '../content/repositories/repository-reads.ts';
import type { Database } from '../platform/db/database.ts';
import { joined, parseListPage, sendListPage } from './list-page.ts';
import type { Responding } from './send-response.ts';

const pageLimits = { usual: 100, most: 1000 };

export interface CatalogCall extends Responding {
  readonly query: URLSearchParams;
  /** What the caller may read. */
  readonly visibleRepositories: RepositoryFilter;
}

/** Not in the specification, but clients that copy or list whole registries need it: `GET /v2/_catalog`. */
export async function catalogCall(deps: { readonly db: Database }, call: CatalogCall): Promise<void> {
  const page = parseListPage(call.query, pageLimits);
  const { count, after } = page;
  const where = call.visibleRepositories;
  const found =
    count === 0 ? [] : await pageOfRepositories(deps.db.reader, { after, count: count + 1, where });
  const names = found.map((repository) => repository.fullName);
  sendListPage(call, page, joined(names), {
    path: '/v2/_catalog',
    body: (repositories) => `{"repositories":${repositories}}`,
  });
}
