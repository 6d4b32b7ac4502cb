import { type ReactNode, useState } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useKindName } from '../../api/jobs/use-kind-name.ts';
import { useChange } from '../../api/use-change.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button, LinkButton } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { CronText } from '../../ui/show/cron-text.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { Badge, LongName, Time, TimeIfAny } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { isChangeable } from './change-schedule.ts';
import { JobsHead } from './jobs-head.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { jobsTexts } from './text.ts';

type Schedule = Row<'GET /api/v2.0/schedules'>;

const defaults = { page: '1', sort: '', q: '' };
const queue = 'SCHEDULER';

export function SchedulesPage(): ReactNode {
  const said = useTexts(jobsTexts);
  const failureText = useFailureText();
  const state = useListState(defaults);
  const [asking, setAsking] = useState(false);
  const { data, error, refetch } = useList('GET /api/v2.0/schedules', {
    query: { page: state.page, page_size: state.pageSize },
  });
  const standing = useAnswer('GET /api/v2.0/schedules/{job_type}/paused', { path: { job_type: 'all' } });
  const change = useChange('PUT /api/v2.0/jobservice/queues/{job_type}');
  const paused = standing.data?.paused === true;
  const action = paused ? 'resume' : 'pause';
  const run = (): void =>
    change.mutate({ path: { job_type: queue }, body: { action } }, { onSuccess: () => setAsking(false) });
  const [changing, setChanging] = useState<Schedule>();
  const columns = useColumns(setChanging);
  const label = paused ? said.resumeSchedules : said.pauseSchedules;
  return (
    <>
      <JobsHead
        facts={
          standing.data === undefined ? (
            '…'
          ) : (
            <Badge kind={paused ? 'warning' : 'ok'}>{paused ? said.allPaused : said.allRun}</Badge>
          )
        }
        actions={<Button onClick={paused ? run : () => setAsking(true)}>{label}</Button>}
      />
      {error === null ? (
        <ListFrame state={state} total={data?.total}>
          <DataTable
            label={said.schedules}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            empty={<Empty title={said.noSchedule}>{said.noScheduleText}</Empty>}
          />
        </ListFrame>
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <AsCommand code={curlOf('PUT', `/api/v2.0/jobservice/queues/${queue}`, { action })} />
      {changing === undefined ? null : (
        <Changing schedule={changing} onClose={() => setChanging(undefined)} />
      )}
      {asking ? (
        <Confirm
          title={label}
          label={label}
          busy={change.isPending}
          problem={change.error === null ? undefined : failureText(change.error)}
          onClose={() => setAsking(false)}
          onConfirm={run}
        >
          <p>{said.pauseSchedulesText}</p>
        </Confirm>
      ) : null}
    </>
  );
}

function Changing({ schedule, onClose }: { readonly schedule: Schedule; readonly onClose: () => void }) {
  const { vendor_type: kind = '', cron = '', time_zone: zone } = schedule;
  return isChangeable(kind) ? <ScheduleForm kind={kind} cron={cron} zone={zone} onClose={onClose} /> : null;
}

function pageOf({ vendor_type: kind, project_name: project }: Schedule): string | undefined {
  if (kind === 'GARBAGE_COLLECTION') return '/storage/gc';
  return project === undefined ? undefined : pathOf('/p/:project/retention', { project });
}

/** Why there is no button to change it. */
function WhyFixed({ schedule }: { readonly schedule: Schedule }): ReactNode {
  const said = useTexts(jobsTexts);
  const { vendor_type: kind = '' } = schedule;
  if (isChangeable(kind) || pageOf(schedule) !== undefined) return null;
  return <div className="meta">{kind === 'RETENTION' ? said.byApi : said.fixed}</div>;
}

interface ChangeButtonProps {
  readonly schedule: Schedule;
  readonly onChange: () => void;
}

function ChangeButton({ schedule, onChange }: ChangeButtonProps): ReactNode {
  const said = useTexts(jobsTexts);
  const nameOf = useKindName();
  const { vendor_type: kind = '' } = schedule;
  const label = said.changeOf(nameOf(kind));
  const page = pageOf(schedule);
  if (page !== undefined)
    return (
      <LinkButton small to={page} label={label}>
        {said.change}
      </LinkButton>
    );
  if (!isChangeable(kind)) return null;
  return (
    <Button small aria-label={label} onClick={onChange}>
      {said.change}
    </Button>
  );
}

function useColumns(onChange: (schedule: Schedule) => void): readonly Column<Schedule>[] {
  const said = useTexts(jobsTexts);
  const nameOf = useKindName();
  return [
    {
      id: 'kind',
      header: said.kind,
      cell: ({ vendor_type: kind = '' }) => (
        <Link to={`/jobs?kind=${encodeURIComponent(kind)}`} className="strong" title={kind}>
          {nameOf(kind)}
        </Link>
      ),
    },
    {
      id: 'when',
      header: said.when,
      cell: (schedule) => (
        <div>
          <CronText cron={schedule.cron} zone={schedule.time_zone} />
          <WhyFixed schedule={schedule} />
        </div>
      ),
    },
    {
      id: 'of',
      header: said.belongsTo,
      cell: ({ vendor_id: id = -1, project_name: project }) =>
        project !== undefined ? (
          <LongName name={project} />
        ) : id < 0 ? (
          said.theServer
        ) : (
          said.policyOf(String(id))
        ),
    },
    {
      id: 'next',
      header: said.nextRun,
      ordered: 'ascending',
      cell: ({ next_scheduled_time: at }) => <Time at={at} />,
    },
    {
      id: 'last',
      header: said.lastRun,
      cell: ({ last_run_time: at }) => <TimeIfAny at={at} />,
    },
    { id: 'set', header: said.setAt, priority: 3, cell: ({ update_time: at }) => <Time at={at} /> },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (schedule) => <ChangeButton schedule={schedule} onChange={() => onChange(schedule)} />,
    },
  ];
}
