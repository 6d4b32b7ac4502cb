import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { listQuery, useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { Badge, Size, Time } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import type { ListSearch, ListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { type Collection, type Told, titleOf, toldBy } from './collection.ts';
import { garbageTexts } from './text.ts';

const statuses = ['all', 'Running', 'Success', 'Error', 'Stopped'] as const;

interface HistoryProps {
  readonly state: ListState<ListSearch & { readonly status: string }>;
}

export function History({ state }: HistoryProps): ReactNode {
  const said = useTexts(garbageTexts);
  const common = useTexts(uiTexts);
  const status = statuses.find((each) => each === state.search.status) ?? 'all';
  const { data, error, refetch } = useList('GET /api/v2.0/system/gc', {
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      ...(status === 'all' ? {} : { q: `status=${status}` }),
    },
  });
  const labels = {
    all: said.all,
    Running: common.running,
    Success: common.succeeded,
    Error: common.failed,
    Stopped: common.stopped,
  };
  const filters = [
    {
      key: 'status' as const,
      label: said.status,
      options: statuses.map((value) => ({ value, label: labels[value] })),
    },
  ];
  const columns = useColumns();
  return (
    <section className="stack" aria-labelledby="history">
      <h2 id="history">{said.history}</h2>
      {error === null ? (
        <ListFrame
          state={state}
          total={data?.total}
          unfiltered={listQuery('GET /api/v2.0/system/gc', { query: { page: 1, page_size: 1 } })}
          filters={status === 'all' && data?.total === 0 ? [] : filters}
        >
          <DataTable
            label={said.history}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            state={state}
            empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
          />
        </ListFrame>
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
    </section>
  );
}

function useColumns(): readonly Column<Collection>[] {
  const said = useTexts(garbageTexts);
  return [
    {
      id: 'id',
      header: said.id,
      sort: '-id',
      cell: (row) => (
        <Link to={`/storage/gc?show=${row.id ?? 0}`} className="strong">
          {titleOf(row, said)}
        </Link>
      ),
    },
    {
      id: 'status',
      header: said.status,
      sort: 'status',
      cell: ({ job_status: status }) => <WorkStatus status={status} />,
    },
    {
      id: 'what',
      header: said.what,
      priority: 3,
      onCards: true,
      cell: (row) => <Badge>{toldBy(row).dry_run === true ? said.planned : said.run}</Badge>,
    },
    {
      id: 'by',
      header: said.by,
      priority: 3,
      cell: ({ job_kind: kind }) => (kind === 'MANUAL' ? said.byHand : said.bySchedule),
    },
    {
      id: 'began',
      header: said.began,
      sort: '-creation_time',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
    { id: 'bytes', header: said.bytes, end: true, cell: (row) => <Freed told={toldBy(row)} /> },
  ];
}

/** Or what a plan says that a run would free. */
function Freed({ told: { dry_run: isPlan, freed_space: bytes } }: { readonly told: Told }): ReactNode {
  const said = useTexts(garbageTexts);
  return (
    <>
      {isPlan === true && bytes !== undefined ? <small className="muted">{said.would} </small> : null}
      <Size bytes={bytes} />
    </>
  );
}
