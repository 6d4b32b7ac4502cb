import { readSearch, useSearchState } from '../navigation/use-search-state.ts';

/** What a list shows, as it stands in the address. */
export interface ListState<T extends ListSearch = ListSearch> {
  readonly page: number;
  readonly pageSize: number;
  /** A key of the server, with `-` in front for the largest first. */
  readonly sort: string;
  /** What stands in the filter's box. */
  readonly filter: string;
  readonly search: T;
  readonly defaults: T;
  readonly change: (part: Partial<ListSearch>, how?: 'push' | 'replace') => void;
}

export interface ListSearch {
  readonly page: string;
  readonly sort: string;
  readonly q: string;
  readonly [key: string]: string;
}

/** Rows of a page, where a list lets them be chosen by a key `size` of its defaults. */
export const pageSizes = [50, 200, 1000] as const;

/** @param defaults the same object each time; further keys are further filters */
export function useListState<T extends ListSearch>(
  defaults: T,
): ListState<T> & { readonly set: (part: Partial<T>, how?: 'push' | 'replace') => void } {
  const [search, set] = useSearchState(defaults);
  return {
    ...asked(search),
    search,
    defaults,
    set,
    change: (part, how) => set(part as Partial<T>, how),
  };
}

export type ListAsked<T extends ListSearch = ListSearch> = Pick<
  ListState<T>,
  'page' | 'pageSize' | 'sort' | 'filter' | 'search'
>;

/** The same of an address, for whoever draws nothing. @param search with its question mark, or empty */
export function readListState<T extends ListSearch>(search: string, defaults: T): ListAsked<T> {
  const state = readSearch(search, defaults);
  return { ...asked(state), search: state };
}

function asked(search: ListSearch): Pick<ListState, 'page' | 'pageSize' | 'sort' | 'filter'> {
  return {
    page: Math.max(1, Math.trunc(Number(search.page)) || 1),
    pageSize: pageSizes.find((each) => String(each) === search['size']) ?? pageSizes[0],
    sort: search.sort,
    filter: search.q,
  };
}

/** Sorts by that key, and the other way round when it did already. */
export function nextSort(now: string, key: string): string {
  const plain = key.replace(/^-/, '');
  if (now === key) return key.startsWith('-') ? plain : `-${plain}`;
  return key;
}

export function directionOf(sort: string, key: string): 'ascending' | 'descending' | undefined {
  const plain = key.replace(/^-/, '');
  if (sort === plain) return 'ascending';
  return sort === `-${plain}` ? 'descending' : undefined;
}
