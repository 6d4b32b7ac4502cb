import { type AheadOfPage, forAnswer, forList } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import { contains } from '../../api/list-query.ts';
import { type ListAsked, readListState } from '../../ui/table/list-state.ts';

export const repositoriesDefaults = { page: '1', sort: '-update_time', q: '', view: 'list', open: '' };
export const repositoriesKey = 'GET /api/v2.0/projects/{project_name}/repositories';

export function repositoriesInput(
  project: string,
  { page, pageSize, sort, filter }: ListAsked,
): Input<typeof repositoriesKey> {
  return {
    path: { project_name: project },
    query: { page, page_size: pageSize, sort, ...queryOf(contains('name', filter)) },
  };
}

export function queryOf(q: string | undefined): { readonly q?: string } {
  return q === undefined ? {} : { q };
}

export const ahead: readonly AheadOfPage[] = [
  {
    path: '/p/:project',
    questions: ({ project = '' }, search) => {
      const state = readListState(search, repositoriesDefaults);
      return [
        ...(state.search.view === 'list'
          ? [forList(repositoriesKey, repositoriesInput(project, state))]
          : []),
        // Of the head around it.
        forAnswer('GET /api/berth/v1/projects/{project_name_or_id}/visible', {
          path: { project_name_or_id: project },
        }),
      ];
    },
  },
];
