import { type ReactNode, useState } from 'react';
import { BatchDialog } from '../../api/batch/batch-dialog.tsx';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { contains } from '../../api/list-query.ts';
import { useSession } from '../../api/session.tsx';
import { useCan } from '../../api/use-can.ts';
import { listQuery, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { SelectField } from '../../ui/controls/field.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { Count, LongName, Time } from '../../ui/show/values.tsx';
import { useChoice } from '../../ui/table/choice.ts';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { queryOf, repositoriesDefaults, repositoriesInput, repositoriesKey } from './ahead.ts';
import { projectTexts } from './text.ts';
import { RepositoryTree } from './tree/repository-tree.tsx';

type Repository = Row<typeof repositoriesKey>;

const views = ['list', 'tree'] as const;
type State = ReturnType<typeof useListState<typeof repositoriesDefaults>>;

/** As a list or as a tree; which one, and what is open in it, stands in the address. */
export function RepositoriesPage({ params: { project = '' } }: PageProps): ReactNode {
  const said = useTexts(projectTexts);
  const state = useListState(repositoriesDefaults);
  const view = views.find((each) => each === state.search.view) ?? 'list';
  const viewField = (
    <SelectField
      quiet
      label={said.view}
      value={view}
      onValue={(value) => state.set({ ...repositoriesDefaults, view: value })}
      options={views.map((value) => ({ value, label: said[value] }))}
    />
  );
  if (view === 'list') return <RepositoryList project={project} state={state} viewField={viewField} />;
  const open = new Set(state.search.open.split(',').filter((path) => path !== ''));
  return (
    <ListFrame state={state} total={0} views={viewField}>
      <RepositoryTree
        project={project}
        open={open}
        onOpen={(paths) => state.set({ open: [...paths].toSorted().join(',') }, 'replace')}
        empty={<FirstPush project={project} />}
      />
    </ListFrame>
  );
}

interface RepositoryListProps {
  readonly project: string;
  readonly state: State;
  readonly viewField: ReactNode;
}

function RepositoryList({ project, state, viewField }: RepositoryListProps): ReactNode {
  const said = useTexts(projectTexts);
  const can = useCan(project);
  const q = contains('name', state.filter);
  const choice = useChoice(q ?? '');
  const [deleting, setDeleting] = useState(false);
  const { data, error, refetch } = useList(repositoriesKey, repositoriesInput(project, state));
  const columns: readonly Column<Repository>[] = [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: ({ name = '' }) => <RepositoryLink project={project} name={name} />,
    },
    {
      id: 'artifacts',
      header: said.artifacts,
      end: true,
      cell: (row) => <Count value={row.artifact_count} />,
    },
    {
      id: 'pulls',
      header: said.pulls,
      end: true,
      priority: 2,
      cell: (row) => <Count value={row.pull_count} />,
    },
    {
      id: 'updated',
      header: said.updated,
      sort: '-update_time',
      cell: (row) => <Time at={row.update_time} />,
    },
  ];
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const rows = data?.rows ?? [];
  const mayDelete = can('repository:delete') === true;
  return (
    <>
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery(repositoriesKey, {
          path: { project_name: project },
          query: { page: 1, page_size: 1 },
        })}
        filterLabel={said.filter}
        views={viewField}
        selected={
          <SelectionBar choice={choice} keys={rows.map(({ name = '' }) => name)} total={data?.total ?? 0}>
            <Button icon="trash" onClick={() => setDeleting(true)}>
              {said.deleteMany}
            </Button>
          </SelectionBar>
        }
      >
        <DataTable
          label={said.repositories}
          columns={columns}
          rows={data?.rows}
          keyOf={({ name }) => name ?? ''}
          state={state}
          {...(mayDelete ? { selection: choice.selection } : {})}
          empty={<FirstPush project={project} />}
        />
      </ListFrame>
      {deleting ? (
        <BatchDialog
          asked={{
            action: 'delete-repositories',
            project,
            choice,
            matching: queryOf(q),
            total: data?.total ?? 0,
          }}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </>
  );
}

/** The server names a repository with its project. */
function RepositoryLink({ project, name }: { readonly project: string; readonly name: string }): ReactNode {
  const repository = name.slice(project.length + 1);
  return (
    <Link to={pathOf('/p/:project/r/:repository*', { project, repository })} className="strong">
      <LongName name={repository} />
    </Link>
  );
}

function FirstPush({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(projectTexts);
  const { user } = useSession();
  return (
    <Empty title={said.noneYet}>
      <p>{said.noneYetText}</p>
      <ConnectBox host={location.host} name={`${project}/hello-world`} pushBy={user?.username ?? ''} />
    </Empty>
  );
}
