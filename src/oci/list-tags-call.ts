import { findVisibleRepositoryId } from '../content/repositories/repository-reads.ts';
import { pageOfTags } from '../content/tags/tag-reads.ts';
import { AppError } from '../lib/errors.ts';
import { nextPageLink, parseListPage } from './list-page.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** More than this in one answer only by following `Link`. */
const maxPage = 10_000;

/** distribution-spec, "Listing Tags", end-8. */
export async function listTagsCall(deps: OciDeps, call: OciCall): Promise<void> {
  const page = parseListPage(call.query, { usual: maxPage, most: maxPage });
  const repositoryId = await findVisibleRepositoryId(deps.db.reader, call.name.fullName);
  if (repositoryId === undefined) throw new AppError('NAME_UNKNOWN');
  const { count, after } = page;
  const found =
    count === 0 ? [] : await pageOfTags(deps.db.reader, { repositoryId, after, count: count + 1 });
  const tags = found.slice(0, count);
  const last = tags.at(-1);
  const body = JSON.stringify({ name: call.name.clientForm, tags });
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))];
  const path = `/v2/${call.name.clientForm}/tags/list`;
  if (found.length > count && last !== undefined) headers.push('Link', nextPageLink(path, page, last));
  sendResponse(call, 200, headers, body);
}
