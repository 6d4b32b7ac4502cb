import { type AheadOfPage, forList } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import { type ListAsked, readListState } from '../../ui/table/list-state.ts';

export const projectsDefaults = { page: '1', sort: 'name', q: '', access: 'all' };
export const kinds = ['all', 'public', 'private'] as const;
export const projectsKey = 'GET /api/berth/v1/projects';

export function projectsInput(asked: ListAsked<typeof projectsDefaults>): Input<typeof projectsKey> {
  const kind = kinds.find((each) => each === asked.search.access) ?? 'all';
  return {
    query: {
      page: asked.page,
      page_size: asked.pageSize,
      sort: asked.sort,
      name: asked.filter.trim(),
      ...(kind === 'all' ? {} : { public: kind === 'public' }),
    },
  };
}

export const ahead: readonly AheadOfPage[] = [
  {
    path: '/p',
    questions: (_params, search) => [
      forList(projectsKey, projectsInput(readListState(search, projectsDefaults))),
    ],
  },
];
