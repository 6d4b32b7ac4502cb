import { type AheadOfPage, forAnswer } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import { kinds } from '../../api/search/found.ts';
import { ownName } from '../../api/search/own-name.ts';
import { readSearch } from '../../ui/navigation/use-search-state.ts';
import { pageSizes } from '../../ui/table/list-state.ts';

export const searchDefaults = { q: '', kind: '', page: '1' };
export const searchKey = 'GET /api/berth/v1/search';
export const [pageSize] = pageSizes;
const ofEachKind = 5;

/** What is searched, where, and the page of that. */
export function readWords({ q, kind: wanted, page }: typeof searchDefaults) {
  return {
    words: ownName(q, location.host),
    kind: kinds.find((each) => each === wanted),
    at: Math.max(1, Math.trunc(Number(page)) || 1),
  };
}

export function searchInput({ words, kind, at }: ReturnType<typeof readWords>): Input<typeof searchKey> {
  return {
    query:
      kind === undefined
        ? { q: words, page_size: ofEachKind }
        : { q: words, kind, page: at, page_size: pageSize },
  };
}

export const ahead: readonly AheadOfPage[] = [
  {
    path: '/search',
    questions: (_params, search) => {
      const asked = readWords(readSearch(search, searchDefaults));
      return asked.words === '' ? [] : [forAnswer(searchKey, searchInput(asked))];
    },
  },
];
