import type { JoinedNames } from '../content/tags/tag-reads.ts';
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

const between = '","';

export function joined(names: readonly string[]): JoinedNames {
  return { count: names.length, text: names.join(between) };
}

/**
 * Answers with one page, and `Link` to the next (RFC 8288).
 * @param found the entries of the page, and one more where it is not the last
 * @param list.body of the entries as a JSON array
 */
export function sendListPage(
  call: Responding,
  page: ListPage,
  found: JoinedNames,
  list: { readonly path: string; readonly body: (entries: string) => string },
): void {
  const more = found.count > page.count;
  const text = more ? found.text.slice(0, found.text.lastIndexOf(between)) : found.text;
  const body = list.body(text === '' ? '[]' : `["${text}"]`);
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))];
  if (more) {
    const before = text.lastIndexOf(between);
    const last = before < 0 ? text : text.slice(before + between.length);
    headers.push('Link', `<${list.path}?n=${page.count}&last=${encodeURIComponent(last)}>; rel="next"`);
  }
  sendResponse(call, 200, headers, body);
}
