import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useSession } from '../../api/session.tsx';
import { useList } from '../../api/use-list.ts';
import { SelectField } from '../../ui/controls/field.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { restOf } from '../../ui/show/rest-of.ts';
import { Badge, Count, LongName, Time } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { batchesTexts } from './text.ts';

type Batch = Row<'GET /api/berth/v1/batches'>;

const defaults = { page: '1', sort: '', q: '', whose: 'mine' };
/** Who looks after everything looks for what others did, too. */
const administratorsDefaults = { ...defaults, whose: 'all' };

/** What was changed many at once, the newest first: one's own, or all that one may see. */
export function BatchesPage(): ReactNode {
  const said = useTexts(batchesTexts);
  const { isAdministrator } = useSession();
  const state = useListState(isAdministrator ? administratorsDefaults : defaults);
  const all = state.search.whose === 'all';
  const { data, error, refetch } = useList('GET /api/berth/v1/batches', {
    query: { page: state.page, page_size: state.pageSize, ...(all ? { all } : {}) },
  });
  const by: Column<Batch> = {
    id: 'by',
    header: said.by,
    cell: ({ asked_by: name = '' }) => <LongName name={name} />,
  };
  const columns: readonly Column<Batch>[] = [
    {
      id: 'what',
      header: said.what,
      cell: ({ id, action, label, undoes }) => (
        <>
          <Link to={pathOf('/batches/:batch', { batch: String(id) })} className="strong">
            {said[action ?? 'restore']}
          </Link>{' '}
          {label === undefined ? null : <Badge>{label}</Badge>}{' '}
          {undoes === undefined ? null : <span className="muted">{said.undoes(String(undoes))}</span>}
        </>
      ),
    },
    { id: 'place', header: said.place, cell: ({ place = '–' }) => <LongName name={place} /> },
    ...(all ? [by] : []),
    {
      id: 'status',
      header: said.status,
      cell: (row) => <WorkStatus status={row.status} rest={restOf(row)} />,
    },
    { id: 'done', header: said.done, end: true, cell: ({ done }) => <Count value={done} /> },
    {
      id: 'refused',
      header: said.refused,
      end: true,
      priority: 2,
      cell: ({ refused }) => <Count value={refused} />,
    },
    {
      id: 'began',
      header: said.began,
      ordered: 'descending',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
  ];
  return (
    <>
      <PageHead title={said.title} facts={all ? said.factsAll : said.facts} />
      {error === null ? (
        <ListFrame
          state={state}
          total={data?.total}
          views={
            <SelectField
              quiet
              label={said.whose}
              value={all ? 'all' : 'mine'}
              onValue={(whose) => state.set({ whose, page: '1' })}
              options={[
                { value: 'mine', label: said.mine },
                { value: 'all', label: said.everybodys },
              ]}
            />
          }
        >
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            empty={<Empty title={said.none}>{said.noneText}</Empty>}
          />
        </ListFrame>
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <AsCommand code={curlOf('GET', `/api/berth/v1/batches${all ? '?all=true' : ''}`)} />
    </>
  );
}
