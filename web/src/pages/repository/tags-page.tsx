import { type ReactNode, useState } from 'react';
import { call, type Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useCan } from '../../api/use-can.ts';
import type { Deletion } from '../../api/use-deletion.ts';
import { useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { Icon } from '../../ui/show/icon.tsx';
import { Badge, Digest, LongName, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { Platforms } from './platforms.tsx';
import { repositoryTexts } from './text.ts';

type Tag = Row<'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags'>;

const defaults = { page: '1', sort: '-push_time', q: '' };

export function TagsPage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const said = useTexts(repositoryTexts);
  const state = useListState(defaults);
  const can = useCan(`${project}/${repository}`);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState(false);
  const { data, error, refetch } = useList(
    'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags',
    {
      path: { project_name: project, repository_name: repository },
      query: { page: state.page, page_size: state.pageSize, sort: state.sort, name: state.filter.trim() },
    },
  );
  const columns = useColumns(project, repository);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const mayDelete = can('tag:delete');
  const picked = (data?.rows ?? []).filter(({ name = '' }) => chosen.has(name));
  const newest = state.filter === '' && state.page === 1 ? data?.rows[0]?.name : undefined;
  return (
    <>
      {newest === undefined ? null : (
        <ConnectBox host={location.host} name={`${project}/${repository}`} tag={newest} />
      )}
      <ListFrame
        state={state}
        total={data?.total}
        filterLabel={said.filterTags}
        actions={
          picked.length === 0 ? undefined : (
            <>
              <Button
                whyNot={picked.length === 2 ? undefined : said.chooseTwo}
                onClick={() => navigate(comparisonOf(project, repository, picked))}
              >
                {said.compare}
              </Button>
              {mayDelete === true ? (
                <Button icon="trash" onClick={() => setDeleting(true)}>
                  {said.deleteTags(picked.length)}
                </Button>
              ) : null}
            </>
          )
        }
      >
        <DataTable
          label={said.tags}
          columns={columns}
          rows={data?.rows}
          keyOf={({ name }) => name ?? ''}
          state={state}
          selection={{ chosen, onChosen: setChosen }}
          empty={<NoTags filter={state.filter} onAll={() => state.set({ q: '', page: '1' })} />}
        />
      </ListFrame>
      {deleting ? (
        <DeleteDialog
          title={said.deleteTags(picked.length)}
          effect={said.effectTags}
          names={picked.filter(({ immutable }) => immutable !== true).map(({ name = '' }) => name)}
          kept={picked.filter(({ immutable }) => immutable === true).length}
          things={picked
            .filter(({ immutable }) => immutable !== true)
            .map((tag) => deletionOf(project, repository, tag))}
          onClose={() => setDeleting(false)}
          onDone={() => setChosen(new Set())}
        />
      ) : null}
    </>
  );
}

/** From what was pushed first to what was pushed last. */
function comparisonOf(project: string, repository: string, picked: readonly Tag[]): string {
  const [from, to] = picked.toSorted((a, b) => ((a.push_time ?? '') < (b.push_time ?? '') ? -1 : 1));
  const query = new URLSearchParams({ from: from?.name ?? '', to: to?.name ?? '' });
  return `${pathOf('/p/:project/r/:repository*/-/compare', { project, repository })}?${query.toString()}`;
}

function deletionOf(project: string, repository: string, { name = '', digest = '' }: Tag): Deletion {
  return {
    name: `${project}/${repository}:${name}`,
    inTrash: `kind=tag,repository=${project}/${repository},tag=${name}`,
    run: () =>
      call(
        'DELETE /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags/{tag_name}',
        {
          path: { project_name: project, repository_name: repository, reference: digest, tag_name: name },
        },
      ),
  };
}

function NoTags({ filter, onAll }: { readonly filter: string; readonly onAll: () => void }): ReactNode {
  const said = useTexts(repositoryTexts);
  if (filter !== '')
    return <Empty title={said.noneMatches} action={<Button onClick={onAll}>{said.showAll}</Button>} />;
  return <Empty title={said.noTags}>{said.noTagsText}</Empty>;
}

function useColumns(project: string, repository: string): readonly Column<Tag>[] {
  const said = useTexts(repositoryTexts);
  return [
    {
      id: 'tag',
      header: said.tag,
      sort: 'name',
      cell: ({ name = '', immutable }) => (
        <span className="tag-name">
          <Link
            to={pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag: name })}
            className="strong"
          >
            <LongName name={name} />
          </Link>
          {immutable === true ? (
            <Badge title={said.immutableTitle}>
              <Icon name="lock" size={12} />
              {said.immutable}
            </Badge>
          ) : null}
        </span>
      ),
    },
    {
      id: 'platforms',
      header: said.platforms,
      priority: 3,
      cell: ({ platforms }) => <Platforms names={platforms} />,
    },
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'pushed', header: said.pushed, sort: '-push_time', cell: ({ push_time: at }) => <Time at={at} /> },
    {
      id: 'pulled',
      header: said.pulled,
      sort: '-pull_time',
      priority: 2,
      cell: ({ pull_time: at }) => <Time at={at} />,
    },
    { id: 'digest', header: said.digest, priority: 2, cell: ({ digest }) => <Digest digest={digest} /> },
  ];
}
