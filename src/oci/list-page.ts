import { AppError } from '../lib/errors.ts';

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

/** `Link` to the page behind `last` (RFC 8288). */
export function nextPageLink(path: string, page: ListPage, last: string): string {
  return `<${path}?n=${page.count}&last=${encodeURIComponent(last)}>; rel="next"`;
}
