import { findVisibleRepositoryId } from '../content/repositories/repository-reads.ts';
import { pageOfTags } from '../content/tags/tag-reads.ts';
import { AppError } from '../lib/errors.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** More than this in one answer only by following `Link`. */
const maxPage = 10_000;

/** distribution-spec, "Listing Tags", end-8. */
export async function listTagsCall(deps: OciDeps, call: OciCall): Promise<void> {
  const asked = pageSize(call.query.get('n'));
  const repositoryId = await findVisibleRepositoryId(deps.db.reader, call.name.fullName);
  if (repositoryId === undefined) throw new AppError('NAME_UNKNOWN');
  const count = Math.min(asked ?? maxPage, maxPage);
  // No tag has a zero byte, and PostgreSQL takes no text with one: what is in front of it sorts the same.
  const after = (call.query.get('last') ?? '').split('\0', 1)[0] ?? '';
  const found =
    count === 0 ? [] : await pageOfTags(deps.db.reader, { repositoryId, after, count: count + 1 });
  const tags = found.slice(0, count);
  const last = tags.at(-1);
  const body = JSON.stringify({ name: call.name.clientForm, tags });
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))];
  if (found.length > count && last !== undefined) headers.push('Link', nextLink(call, count, last));
  sendResponse(call, 200, headers, body);
}

function nextLink(call: OciCall, count: number, last: string): string {
  return `</v2/${call.name.clientForm}/tags/list?n=${count}&last=${encodeURIComponent(last)}>; rel="next"`;
}

/** @throws AppError PAGINATION_NUMBER_INVALID */
function pageSize(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError('PAGINATION_NUMBER_INVALID');
}
