import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { Count, LongName } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { retentionTexts } from './text.ts';

type Task = Row<'GET /api/v2.0/retentions/{id}/executions/{eid}/tasks'>;

/** Repository by repository, what one run kept. */
export function RunTasks({ policy, run }: { readonly policy: number; readonly run: number }): ReactNode {
  const said = useTexts(retentionTexts);
  const { data, error } = useList('GET /api/v2.0/retentions/{id}/executions/{eid}/tasks', {
    path: { id: policy, eid: run },
    query: { page: 1, page_size: 100 },
  });
  const columns: readonly Column<Task>[] = [
    {
      id: 'repository',
      header: said.repository,
      cell: ({ repository = '' }) => <LongName name={repository} />,
    },
    { id: 'status', header: said.status, cell: ({ status }) => <WorkStatus status={status} /> },
    { id: 'total', header: said.total, end: true, cell: ({ total = 0 }) => <Count value={total} /> },
    {
      id: 'retained',
      header: said.retained,
      end: true,
      cell: ({ retained = 0 }) => <Count value={retained} />,
    },
    {
      id: 'removed',
      header: said.removed,
      end: true,
      cell: ({ retained = 0, total = 0 }) => <Count value={total - retained} />,
    },
  ];
  if (error !== null) return <Failure error={error} />;
  return (
    <section className="card">
      <div className="retention-head">
        <h2>{said.runOf(String(run))}</h2>
        <Link to={`/storage/trash?run=${run}`}>{said.inTrash}</Link>
      </div>
      <DataTable
        label={said.runOf(String(run))}
        columns={columns}
        rows={data?.rows}
        keyOf={({ id }) => String(id)}
        empty={<Empty title={said.noTask} />}
      />
    </section>
  );
}
