import { type ReactNode, useId, useState } from 'react';
import { contains } from '../../../api/list-query.ts';
import { useList } from '../../../api/use-list.ts';
import { TextField } from '../../../ui/controls/field.tsx';
import { blankAfter } from '../../../ui/text/blank-after.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { projectAccessTexts } from './text.ts';

interface RepositoryFieldProps {
  readonly project: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Names within a project, with those that are there; the name of the project before them is taken away once. */
export function RepositoryField({ project, value, onValue }: RepositoryFieldProps): ReactNode {
  const said = useTexts(projectAccessTexts);
  const id = useId();
  const [shortened, setShortened] = useState(false);
  const { names, isNone } = useMatching(project, value.trim());
  const own = `${project}/`;
  const change = (next: string): void => {
    // Who types it again means a repository below a folder of that name.
    const isPasted = next.length - value.length > 1 && !names.includes(next);
    const takes = (!shortened || isPasted) && next.trimStart().startsWith(own);
    if (takes) setShortened(true);
    else if (next === '') setShortened(false);
    onValue(takes ? next.trimStart().slice(own.length) : next);
  };
  return (
    <>
      <TextField
        label={said.repository}
        help={
          <>
            {said.repositoryHelp}
            {blankAfter(said.repositoryHelp)}
            <strong role="status">
              {shortened ? said.shortened(own) : ''} {isNone ? said.noRepository : ''}
            </strong>
          </>
        }
        value={value}
        onValue={change}
        list={id}
        required
        autoComplete="off"
      />
      <datalist id={id}>
        {names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

/** Repositories of which the name has in it what is typed, and whether what is typed is for none that is there. */
function useMatching(
  project: string,
  typed: string,
): { readonly names: readonly string[]; readonly isNone: boolean } {
  const [start = ''] = typed.split('*', 1);
  const path = { project_name: project };
  const query = { page: 1, page_size: 10 };
  const enabled = typed !== '';
  const q = contains('name', start);
  const near = useList(
    'GET /api/v2.0/projects/{project_name}/repositories',
    { path, query: q === undefined ? query : { ...query, q } },
    { enabled },
  );
  const same = useList(
    'GET /api/v2.0/projects/{project_name}/repositories',
    { path, query: { ...query, q: `name=${encodeURIComponent(`${project}/${typed}`)}` } },
    { enabled: enabled && start === typed && !typed.includes(',') },
  );
  const counted = start === typed ? same : near;
  return {
    names: (near.data?.rows ?? []).map(({ name = '' }) => name.slice(project.length + 1)),
    isNone: enabled && !counted.isPlaceholderData && counted.data?.total === 0,
  };
}
