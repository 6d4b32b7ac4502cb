import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { type Answer, call } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useKindName } from '../../api/jobs/use-kind-name.ts';
import { useChange } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { LogText } from '../../ui/show/log-text.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { restOf } from '../../ui/show/rest-of.ts';
import { Count, LongName, Time, TimeIfAny } from '../../ui/show/values.tsx';
import { isUnderWay, WorkStatus } from '../../ui/show/work-status.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { JobAbout } from './job-about.tsx';
import { JobFailure } from './job-failure.tsx';
import { JobPace } from './job-pace.tsx';
import { JobProgress } from './job-progress.tsx';
import { JobResult } from './job-result.tsx';
import { jobsTexts } from './text.ts';

type OneJob = Answer<'GET /api/berth/v1/jobs/{job_id}'>;

const everyMs = 1000;

export function JobPage({ params: { job: id = '' } }: PageProps): ReactNode {
  const said = useTexts(jobsTexts);
  const path = { job_id: Number(id) };
  const { data, error, refetch } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => call('GET /api/berth/v1/jobs/{job_id}', { path }, signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? everyMs : false),
  });
  const crumbs = [{ to: '/jobs', label: said.title }];
  if (error !== null)
    return (
      <>
        <PageHead crumbs={crumbs} title={said.jobOf(id)} />
        <Failure error={error} onAgain={() => void refetch()} />
      </>
    );
  return (
    <>
      <PageHead
        crumbs={crumbs}
        title={<span className="job-title">{said.jobOf(id)}</span>}
        facts={
          data === undefined ? (
            '…'
          ) : (
            <>
              <span title={data.kind}>
                <KindName job={data} />
              </span>
              <JobAbout about={data} />
              <WorkStatus status={data.status} rest={restOf(data.result)} />
              {data.stopping === true ? <span>{said.cancelling}</span> : null}
            </>
          )
        }
        actions={
          data !== undefined && (isRetryable(data) || isCancellable(data)) ? (
            <Actions job={data} />
          ) : undefined
        }
      />
      {data === undefined ? <Skeleton lines={8} /> : <Facts job={data} />}
      <AsCommand
        code={[
          `berth job logs ${id} --follow`,
          ...(data !== undefined && isCancellable(data) ? [`berth job cancel ${id}`] : []),
          ...(data !== undefined && isRetryable(data) ? [`berth job retry ${id}`] : []),
          curlOf('GET', `/api/berth/v1/jobs/${id}`),
        ].join('\n')}
      />
    </>
  );
}

/** Some kinds have a page of their own that tells more. */
function KindName({ job: { id = 0, kind = '', execution_id: run } }: { readonly job: OneJob }): ReactNode {
  const name = useKindName()(kind);
  if (kind === 'GARBAGE_COLLECTION')
    return <Link to={run === undefined ? '/storage/gc' : `/storage/gc?show=${run}`}>{name}</Link>;
  if (kind === 'BATCH') return <Link to={pathOf('/batches/:batch', { batch: String(id) })}>{name}</Link>;
  return name;
}

function Facts({ job }: { readonly job: OneJob }): ReactNode {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const { trigger, status_message: message = '', execution, result } = job;
  const metrics = execution?.metrics;
  const hasFailed = job.status === 'Error' && message !== '';
  const number = (value = 0): string => formatNumber(value, language);
  return (
    <div className="stack">
      {hasFailed ? <JobFailure message={message} /> : null}
      <section className="card">
        <dl className="details">
          {(job.progress?.total ?? 0) > 0 ? (
            <>
              <dt>{said.progress}</dt>
              <dd>
                <JobProgress job={job} />
                <JobPace job={job} />
              </dd>
            </>
          ) : null}
          {message === '' || hasFailed ? null : (
            <>
              <dt>{said.message}</dt>
              <dd lang="en">{message}</dd>
            </>
          )}
          <dt>{said.trigger}</dt>
          <dd>{trigger === undefined ? '–' : said[trigger]}</dd>
          {job.begun_by === undefined ? null : (
            <>
              <dt>{said.begunBy}</dt>
              <dd>
                <LongName name={job.begun_by} />
              </dd>
            </>
          )}
          <dt>{said.created}</dt>
          <dd>
            <Time at={job.creation_time} />
          </dd>
          <dt>{said.started}</dt>
          <dd>
            <TimeIfAny at={job.start_time} />
          </dd>
          <dt>{said.ended}</dt>
          <dd>
            <TimeIfAny at={job.end_time} />
          </dd>
          {job.next_time === undefined ? null : (
            <>
              <dt>{said.nextTry}</dt>
              <dd>
                <Time at={job.next_time} />
              </dd>
            </>
          )}
          <dt>{said.tries}</dt>
          <dd>
            <Count value={job.run_count} />
          </dd>
          {execution === undefined || job.kind === 'GARBAGE_COLLECTION' ? null : (
            <>
              <dt>{said.execution}</dt>
              <dd>
                {execution.id} · <WorkStatus status={execution.status} />{' '}
                {said.tasks(number(metrics?.success_task_count), number(metrics?.task_count))}
              </dd>
            </>
          )}
        </dl>
      </section>
      <JobResult kind={job.kind ?? ''} result={result} about={job} />
      <JobLog id={job.id ?? 0} underWay={isUnderWay(job.status)} />
    </div>
  );
}

function JobLog({ id, underWay }: { readonly id: number; readonly underWay: boolean }): ReactNode {
  const said = useTexts(jobsTexts);
  const { data, error, refetch } = useAnswer(
    'GET /api/berth/v1/jobs/{job_id}/log',
    { path: { job_id: id } },
    underWay ? { everyMs } : {},
  );
  // The last lines come with the end.
  useEffect(() => {
    if (!underWay) void refetch();
  }, [underWay, refetch]);
  return (
    <section className="card">
      <h2>{said.log}</h2>
      {underWay ? <p>{said.follows}</p> : null}
      {error === null ? (
        <LogText label={said.log} text={data} follows={underWay} ours />
      ) : (
        <Failure error={error} />
      )}
    </section>
  );
}

function isRetryable({ status }: OneJob): boolean {
  return status === 'Error' || status === 'Stopped';
}

function isCancellable({ status, stopping }: OneJob): boolean {
  return isUnderWay(status) && stopping !== true;
}

/** Those that can be taken; what cannot is told by the status. */
function Actions({ job }: { readonly job: OneJob }): ReactNode {
  const said = useTexts(jobsTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const [asking, setAsking] = useState(false);
  const cancel = useChange('POST /api/berth/v1/jobs/{job_id}/cancel');
  const retry = useChange('POST /api/berth/v1/jobs/{job_id}/retry');
  const path = { job_id: job.id ?? 0 };
  return (
    <>
      {isRetryable(job) ? (
        <Button
          busy={retry.isPending}
          onClick={() =>
            retry.mutate(
              { path },
              {
                onSuccess: () => toast({ text: said.retried }),
                onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
              },
            )
          }
        >
          {said.retry}
        </Button>
      ) : (
        <Button onClick={() => setAsking(true)}>{said.cancel}</Button>
      )}
      {asking ? (
        <Confirm
          danger
          title={said.cancel}
          label={said.cancel}
          busy={cancel.isPending}
          problem={cancel.error === null ? undefined : failureText(cancel.error)}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            cancel.mutate(
              { path },
              {
                onSuccess: () => {
                  setAsking(false);
                  toast({ text: said.cancelled });
                },
              },
            )
          }
        >
          <p>{said.cancelText}</p>
        </Confirm>
      ) : null}
    </>
  );
}
