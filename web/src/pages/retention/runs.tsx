import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, Time } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import type { ListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { retentionTexts } from './text.ts';

type Run = Row<'GET /api/v2.0/retentions/{id}/executions'>;

interface RunsProps {
  readonly policy: number;
  readonly project: string;
  readonly state: ListState;
}

export function Runs({ policy, project, state }: RunsProps): ReactNode {
  const said = useTexts(retentionTexts);
  const { data, error } = useList('GET /api/v2.0/retentions/{id}/executions', {
    path: { id: policy },
    query: { page: state.page, page_size: state.pageSize },
  });
  const here = pathOf('/p/:project/retention', { project });
  const columns: readonly Column<Run>[] = [
    {
      id: 'run',
      header: said.run,
      cell: ({ id = 0 }) => (
        <Link to={`${here}?run=${id}`} className="strong">
          {said.runOf(String(id))}
        </Link>
      ),
    },
    {
      id: 'status',
      header: said.status,
      cell: ({ status, needs_review: review = '', dry_run: dryRun }) => (
        <span className="retention-status">
          <WorkStatus status={status} title={review === '' ? undefined : review} />
          {dryRun === true ? <Badge>{said.dryRun}</Badge> : null}
          {review === '' ? null : <Link to={`${here}?plan=${planIn(review)}`}>{said.review}</Link>}
        </span>
      ),
    },
    {
      id: 'begun',
      header: said.begun,
      priority: 3,
      cell: ({ trigger }) => (trigger === 'SCHEDULE' ? said.bySchedule : said.byHand),
    },
    {
      id: 'started',
      header: said.started,
      ordered: 'descending',
      cell: ({ start_time: at }) => <Time at={at} />,
    },
    { id: 'ended', header: said.ended, priority: 2, cell: ({ end_time: at }) => <Time at={at} /> },
    {
      id: 'removed',
      header: said.removed,
      cell: ({ id = 0, dry_run: dryRun, needs_review: review = '' }) =>
        dryRun === true || review !== '' ? (
          <span className="muted">–</span>
        ) : (
          <Link to={`/storage/trash?run=${id}`}>{said.inTrash}</Link>
        ),
    },
  ];
  if (error !== null) return <Failure error={error} />;
  return (
    <section className="stack" aria-labelledby="runs">
      <h2 id="runs">{said.runs}</h2>
      <ListFrame state={state} total={data?.total}>
        <DataTable
          label={said.runs}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          empty={<Empty title={said.noRun}>{said.noRunText}</Empty>}
        />
      </ListFrame>
    </section>
  );
}

/** The server writes `plan 12: why`. */
function planIn(review: string): string {
  return /^plan (\d+):/.exec(review)?.[1] ?? '';
}
