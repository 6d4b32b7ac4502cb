import type { ApiAnswer } from './api-route.ts';

export const maxPageSize = 100;

export const pageParameters = {
  page: {
    in: 'query',
    description: 'Which page, from 1.',
    schema: { type: 'integer', format: 'int64', default: 1 },
  },
  page_size: {
    in: 'query',
    description: 'Items a page, at most 100; 0 or less: all of them.',
    schema: { type: 'integer', format: 'int64', maximum: maxPageSize, default: 10 },
  },
} as const;

export interface Page {
  readonly page: number;
  /** 0: no limit. */
  readonly size: number;
}

export function parsePage(given: { readonly page: number; readonly page_size: number }): Page {
  return { page: Math.max(1, given.page), size: Math.max(0, given.page_size) };
}

export function offsetOf({ page, size }: Page): number {
  return Math.min((page - 1) * size, Number.MAX_SAFE_INTEGER);
}

/** One page of a list, with the number of all and the addresses of its neighbours. */
export function pageAnswer(
  call: { readonly path: string; readonly query: ReadonlyMap<string, string> },
  page: Page,
  list: {
    readonly items: readonly unknown[];
    readonly total: number;
    /** There are more than `total`, which is as far as they were counted. */
    readonly more?: boolean;
  },
): ApiAnswer {
  const more = list.more === true;
  const links = linksOf(call, page, more && list.items.length > 0 ? Number.MAX_SAFE_INTEGER : list.total);
  return {
    status: 200,
    headers: {
      'X-Total-Count': String(list.total),
      ...(more ? { 'X-Total-Count-Relation': 'gte' } : {}),
      ...(links === '' ? {} : { Link: links }),
    },
    body: list.items,
  };
}

function linksOf(
  call: { readonly path: string; readonly query: ReadonlyMap<string, string> },
  { page, size }: Page,
  total: number,
): string {
  if (size === 0) return '';
  const link = (to: number, rel: string): string => {
    const query = new Map([...call.query, ['page', String(to)], ['page_size', String(size)]]);
    const pairs = [...query].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const text = pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
    return `<${call.path}?${text}>; rel="${rel}"`;
  };
  return [
    ...(page > 1 && (page - 1) * size <= total ? [link(page - 1, 'prev')] : []),
    ...(page * size < total ? [link(page + 1, 'next')] : []),
  ].join(' , ');
}

/** Harbor leaves values as they are; what would end the header, the link or the value is escaped all the same. */
function escape(text: string): string {
  return text.replaceAll(/[^\w.~!*'()=,:/?@$[\]{}^|-]/gu, (sign) => encodeURIComponent(sign.toWellFormed()));
}
