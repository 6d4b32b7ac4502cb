import { type AheadOfPage, forAnswer, forList } from '../../api/ahead/question.ts';
import type { Input } from '../../api/call.ts';
import { type ListAsked, type ListSearch, readListState } from '../../ui/table/list-state.ts';

export const tagsDefaults = { page: '1', sort: '-push_time', q: '', size: '50', older: '' };
export const tagsKey = 'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags';

export function tagsInput(
  project: string,
  repository: string,
  { page, pageSize, sort, filter, search }: ListAsked,
): Input<typeof tagsKey> {
  const days = olderThan(search);
  return {
    path: { project_name: project, repository_name: repository },
    query: {
      page,
      page_size: pageSize,
      sort,
      name: filter.trim(),
      ...(days === undefined ? {} : { older_than_days: days }),
    },
  };
}

/** For how many days a tag has not been pushed. */
export const ages = [7, 30, 90, 365] as const;

export function olderThan(search: ListSearch): number | undefined {
  return ages.find((days) => String(days) === search['older']);
}

export const ahead: readonly AheadOfPage[] = [
  {
    path: '/p/:project/r/:repository*',
    questions: ({ project = '', repository = '' }, search) => [
      forList(tagsKey, tagsInput(project, repository, readListState(search, tagsDefaults))),
      // Of the head around it.
      forAnswer('GET /api/v2.0/projects/{project_name}/repositories/{repository_name}', {
        path: { project_name: project, repository_name: repository },
      }),
      forAnswer('GET /api/berth/v1/me/can', { query: { scope: `${project}/${repository}` } }),
    ],
  },
];
