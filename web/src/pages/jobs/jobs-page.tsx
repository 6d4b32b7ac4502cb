import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { list } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useKindName } from '../../api/jobs/use-kind-name.ts';
import { listQuery, useAnswer } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { restOf } from '../../ui/show/rest-of.ts';
import { LongName, Time, TimeIfAny } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import type { ListFilter } from '../../ui/table/list-filter.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { JobMode } from './job-about.tsx';
import { type Job, JobProgress } from './job-progress.tsx';
import { JobsHead } from './jobs-head.tsx';
import { jobsTexts } from './text.ts';

const defaults = { page: '1', sort: '', q: '', kind: '', status: '' };
const statuses = ['Pending', 'Scheduled', 'Running', 'Stopped', 'Error', 'Success'] as const;
/** Jobs come and go by themselves. */
const everyMs = 5000;

export function JobsPage(): ReactNode {
  const said = useTexts(jobsTexts);
  const state = useListState(defaults);
  const status = statuses.find((each) => each === state.search.status);
  const { kind } = state.search;
  const query = {
    page: state.page,
    page_size: state.pageSize,
    ...(kind === '' ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
  };
  const { data, error, refetch } = useQuery({
    queryKey: ['jobs', query],
    queryFn: ({ signal }) => list('GET /api/berth/v1/jobs', { query }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
  const columns = useColumns();
  const filters = useFilters(kind);
  return (
    <>
      <JobsHead />
      {error === null ? (
        <ListFrame
          state={state}
          total={data?.total}
          unfiltered={listQuery('GET /api/berth/v1/jobs', { query: { page: 1, page_size: 1 } })}
          filters={filters}
        >
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
          />
        </ListFrame>
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <AsCommand code={`berth job list\n${curlOf('GET', '/api/berth/v1/jobs')}`} />
    </>
  );
}

/** @param kind the one that is chosen, of which there may be no queue */
function useFilters(kind: string): readonly ListFilter<'kind' | 'status'>[] {
  const said = useTexts(jobsTexts);
  const common = useTexts(uiTexts);
  const queues = useAnswer('GET /api/v2.0/jobservice/queues', {});
  const nameOf = useKindName();
  const kinds = new Set([...(queues.data ?? []).map(({ job_type: type = '' }) => type), kind]);
  const words = {
    Pending: common.pending,
    Scheduled: common.scheduled,
    Running: common.running,
    Stopped: common.stopped,
    Error: common.failed,
    Success: common.succeeded,
  };
  return [
    {
      key: 'kind',
      label: said.kind,
      options: [
        { value: '', label: said.anyKind },
        ...[...kinds].filter((each) => each !== '').map((value) => ({ value, label: nameOf(value) })),
      ],
    },
    {
      key: 'status',
      label: said.status,
      options: [
        { value: '', label: said.anyStatus },
        ...statuses.map((value) => ({ value, label: words[value] })),
      ],
    },
  ];
}

function useColumns(): readonly Column<Job>[] {
  const said = useTexts(jobsTexts);
  const nameOf = useKindName();
  return [
    {
      id: 'kind',
      header: said.kind,
      cell: (job) => (
        <>
          <Link to={`/jobs/${job.id ?? 0}`} className="strong" title={job.kind}>
            {nameOf(job.kind ?? '')} <span className="meta">{job.id}</span>
          </Link>{' '}
          <JobMode of={job} />
        </>
      ),
    },
    {
      id: 'about',
      header: said.about,
      cell: ({ place }) => (place === undefined ? said.theServer : <LongName name={place} />),
    },
    {
      id: 'status',
      header: said.status,
      cell: ({ status, status_message: message, result }) => (
        <WorkStatus status={status} title={message} rest={restOf(result)} />
      ),
    },
    { id: 'progress', header: said.progress, priority: 2, cell: (job) => <JobProgress job={job} /> },
    {
      id: 'trigger',
      header: said.trigger,
      priority: 3,
      onCards: true,
      cell: ({ trigger }) => (trigger === undefined ? '–' : said[trigger]),
    },
    {
      id: 'by',
      header: said.begunBy,
      priority: 2,
      cell: ({ begun_by: name }) => (name === undefined ? '–' : <LongName name={name} />),
    },
    {
      id: 'created',
      header: said.created,
      ordered: 'descending',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
    { id: 'ended', header: said.ended, priority: 3, cell: ({ end_time: at }) => <TimeIfAny at={at} /> },
  ];
}
