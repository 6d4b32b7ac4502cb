import { findVisibleRepositoryId } from '../content/repositories/repository-reads.ts';
import { pageOfTags } from '../content/tags/tag-reads.ts';
import { AppError } from '../lib/errors.ts';
import { joined, parseListPage, sendListPage } from './list-page.ts';
import type { OciCall, OciDeps } from './oci-call.ts';

/** More than this in one answer only by following `Link`. */
const maxPage = 10_000;

/** distribution-spec, "Listing Tags", end-8. */
export async function listTagsCall(deps: OciDeps, call: OciCall): Promise<void> {
  const page = parseListPage(call.query, { usual: maxPage, most: maxPage });
  const repositoryId = await findVisibleRepositoryId(deps.db.reader, call.name.fullName);
  if (repositoryId === undefined)
    throw new AppError('NAME_UNKNOWN', { detail: `nothing was pushed to ${call.name.clientForm} yet` });
  const { count, after } = page;
  const found =
    count === 0 ? joined([]) : await pageOfTags(deps.db.reader, { repositoryId, after, count: count + 1 });
  const name = call.name.clientForm;
  sendListPage(call, page, found, {
    path: `/v2/${name}/tags/list`,
    body: (tags) => `{"name":"${name}","tags":${tags}}`,
  });
}
