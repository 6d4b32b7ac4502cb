import { AppError } from '../lib/errors.ts';
import { type Responding, sendResponse } from './send-response.ts';

export interface ListPage {
  /** 0: the client wants no entry, and no link to further ones. */
  readonly count: number;
  /** Exclusive; need not be an entry. */
  readonly after: string;
}

/**
 * `n` and `last` of a list (distribution-spec, "Listing Tags").
 * @throws AppError PAGINATION_NUMBER_INVALID
 */
export function parseListPage(query: URLSearchParams, limits: { usual: number; most: number }): ListPage {
  const asked = pageSize(query.get('n')) ?? limits.usual;
  // No name has a zero byte, and PostgreSQL takes no text with one: what is in front of it sorts the same.
  const after = (query.get('last') ?? '').split('\0', 1)[0] ?? '';
  return { count: Math.min(asked, limits.most), after };
}

function pageSize(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError('PAGINATION_NUMBER_INVALID');
}

/**
 * Answers with one page, and `Link` to the next (RFC 8288).
 * @param found the entries of the page, and one more where it is not the last
 */
export function sendListPage(
  call: Responding,
  page: ListPage,
  found: readonly string[],
  list: { readonly path: string; readonly body: (entries: readonly string[]) => object },
): void {
  const entries = found.slice(0, page.count);
  const last = entries.at(-1);
  const body = JSON.stringify(list.body(entries));
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))];
  if (found.length > page.count && last !== undefined)
    headers.push('Link', `<${list.path}?n=${page.count}&last=${encodeURIComponent(last)}>; rel="next"`);
  sendResponse(call, 200, headers, body);
}
