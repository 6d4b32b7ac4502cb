import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { listQuery, useList } from '../../api/use-list.ts';
import { SelectField } from '../../ui/controls/field.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { LongName, Size } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { storageTexts } from './text.ts';

type Usage = Row<'GET /api/berth/v1/storage/usage'>;

const defaults = { page: '1', sort: '-unique', q: '', by: 'repository' };
const kinds = ['project', 'repository', 'tag'] as const;
const sorts = ['name', '-name', 'logical', '-logical', 'unique', '-unique', 'shared', '-shared'] as const;

/** What takes up most, sorted by the server. */
export function LargestList(): ReactNode {
  const said = useTexts(storageTexts);
  const state = useListState(defaults);
  const by = kinds.find((each) => each === state.search.by) ?? 'repository';
  const project = state.filter.trim();
  const { data, error, refetch } = useList('GET /api/berth/v1/storage/usage', {
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: sorts.find((each) => each === state.sort) ?? '-unique',
      by,
      ...(project === '' ? {} : { project }),
    },
  });
  const labels = { project: said.projects, repository: said.repositories, tag: said.tags };
  const columns = useColumns(by);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return (
    <ListFrame
      state={state}
      total={data?.total}
      unfiltered={listQuery('GET /api/berth/v1/storage/usage', { query: { page: 1, page_size: 1, by } })}
      filterLabel={said.ofProject}
      views={
        <SelectField
          quiet
          label={said.what}
          value={by}
          onValue={(value) => state.set({ by: value, page: '1' })}
          options={kinds.map((value) => ({ value, label: labels[value] }))}
        />
      }
    >
      <DataTable
        label={said.largest}
        columns={columns}
        rows={data?.rows}
        keyOf={nameOf}
        state={state}
        empty={<Empty title={said.nothingCounted} />}
      />
    </ListFrame>
  );
}

function nameOf({ project = '', repository, tag }: Usage): string {
  if (repository === undefined) return project;
  return tag === undefined ? repository : `${repository}:${tag}`;
}

function placeOf({ project = '', repository, tag }: Usage): string {
  if (repository === undefined) return pathOf('/p/:project', { project });
  const names = { project, repository: repository.slice(project.length + 1) };
  return tag === undefined
    ? pathOf('/p/:project/r/:repository*', names)
    : pathOf('/p/:project/r/:repository*/-/t/:tag', { ...names, tag });
}

function useColumns(by: (typeof kinds)[number]): readonly Column<Usage>[] {
  const said = useTexts(storageTexts);
  const trash: Column<Usage> = {
    id: 'trash',
    header: said.inTrash,
    end: true,
    priority: 3,
    cell: (row) => <Size bytes={row.trash} />,
  };
  const untagged: Column<Usage> = {
    id: 'untagged',
    header: said.untagged,
    end: true,
    priority: 3,
    onCards: true,
    cell: (row) => <Size bytes={row.untagged} />,
  };
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: (row) => (
        <Link to={placeOf(row)} className="strong">
          <LongName name={nameOf(row)} />
        </Link>
      ),
    },
    {
      id: 'unique',
      header: said.unique,
      sort: '-unique',
      end: true,
      cell: ({ unique }) => <Size bytes={unique} />,
    },
    {
      id: 'shared',
      header: said.shared,
      sort: '-shared',
      end: true,
      priority: 2,
      cell: ({ shared }) => <Size bytes={shared} />,
    },
    {
      id: 'logical',
      header: said.logical,
      sort: '-logical',
      end: true,
      cell: ({ logical }) => <Size bytes={logical} />,
    },
    ...(by === 'tag' ? [] : [trash]),
    ...(by === 'repository' ? [untagged] : []),
  ];
}
