import { type ReactNode, useState } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useKindName } from '../../api/jobs/use-kind-name.ts';
import { useChange } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { Badge, Count } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { JobsHead } from './jobs-head.tsx';
import { jobsTexts } from './text.ts';

type Queue = Row<'GET /api/v2.0/jobservice/queues'>;

const everyMs = 5000;

export function QueuesPage(): ReactNode {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const [ending, setEnding] = useState<Queue>();
  const [pausing, setPausing] = useState(false);
  const { data, error, refetch } = useAnswer('GET /api/v2.0/jobservice/queues', {}, { everyMs });
  const act = useAction();
  const nameOf = useKindName();
  const columns = useColumns({ act: act.run, onEnd: setEnding });
  const waiting = (data ?? []).reduce((sum, { count = 0 }) => sum + count, 0);
  const paused = (data ?? []).filter((queue) => queue.paused === true).length;
  const number = (value: number): string => formatNumber(value, language);
  const { job_type: kind = '', count = 0 } = ending ?? {};
  return (
    <>
      <JobsHead
        facts={data === undefined ? '…' : said.queueFacts(number(waiting), number(paused))}
        actions={
          <>
            {paused > 0 ? <Button onClick={() => act.run('all', 'resume')}>{said.resumeAll}</Button> : null}
            <Button onClick={() => setPausing(true)}>{said.pauseAll}</Button>
          </>
        }
      />
      {error === null ? (
        <DataTable
          label={said.queues}
          columns={columns}
          rows={data}
          keyOf={({ job_type: type = '' }) => type}
          empty={<Empty title={said.noneYet} />}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <AsCommand
        code={curlOf('PUT', '/api/v2.0/jobservice/queues/GARBAGE_COLLECTION', { action: 'pause' })}
      />
      {ending === undefined ? null : (
        <Confirm
          danger
          title={said.stopOf(nameOf(kind))}
          label={said.stopWaiting}
          busy={act.busy}
          problem={act.problem}
          onClose={() => setEnding(undefined)}
          onConfirm={() => act.run(kind, 'stop', () => setEnding(undefined))}
        >
          <p>{said.stopText(number(count), nameOf(kind))}</p>
          <p>{said.stopUndo}</p>
        </Confirm>
      )}
      {pausing ? (
        <Confirm
          title={said.pauseAll}
          label={said.pauseAll}
          busy={act.busy}
          problem={act.problem}
          onClose={() => setPausing(false)}
          onConfirm={() => act.run('all', 'pause', () => setPausing(false))}
        >
          <p>{said.pauseAllText}</p>
        </Confirm>
      ) : null}
    </>
  );
}

type Action = 'pause' | 'resume' | 'stop';
type Act = (kind: string, action: Action, done?: () => void) => void;

function useAction(): {
  readonly run: Act;
  readonly busy: boolean;
  readonly problem: string | undefined;
} {
  const said = useTexts(jobsTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const nameOf = useKindName();
  const change = useChange('PUT /api/v2.0/jobservice/queues/{job_type}');
  return {
    busy: change.isPending,
    problem: change.error === null ? undefined : failureText(change.error),
    run: (kind, action, done) =>
      change.mutate(
        { path: { job_type: kind }, body: { action } },
        {
          onSuccess: () => {
            if (action === 'pause') toast({ text: said.pausedNow(nameOf(kind)) });
            if (action === 'resume') toast({ text: said.resumedNow(nameOf(kind)) });
            done?.();
          },
          onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
        },
      ),
  };
}

interface ColumnsInput {
  readonly act: Act;
  readonly onEnd: (queue: Queue) => void;
}

function useColumns({ act, onEnd }: ColumnsInput): readonly Column<Queue>[] {
  const said = useTexts(jobsTexts);
  const { language } = useLanguage();
  const nameOf = useKindName();
  const actions = (queue: Queue): ReactNode => {
    const { job_type: kind = '', count = 0, paused = false } = queue;
    return (
      <>
        <Button
          small
          aria-label={paused ? said.resumeOf(nameOf(kind)) : said.pauseOf(nameOf(kind))}
          onClick={() => act(kind, paused ? 'resume' : 'pause')}
        >
          {paused ? said.resume : said.pause}
        </Button>
        <Button
          small
          aria-label={said.stopOf(nameOf(kind))}
          whyNot={count === 0 ? said.nothingWaits : undefined}
          onClick={() => onEnd(queue)}
        >
          {said.stopWaiting}
        </Button>
      </>
    );
  };
  return [
    {
      id: 'kind',
      header: said.kind,
      cell: ({ job_type: kind = '' }) => (
        <Link to={`/jobs?kind=${encodeURIComponent(kind)}`} className="strong" title={kind}>
          {nameOf(kind)}
        </Link>
      ),
    },
    {
      id: 'state',
      header: said.state,
      cell: ({ paused }) =>
        paused === true ? (
          <Badge kind="warning">{said.paused}</Badge>
        ) : (
          <Badge kind="ok">{said.active}</Badge>
        ),
    },
    { id: 'waiting', header: said.waiting, end: true, cell: ({ count = 0 }) => <Count value={count} /> },
    {
      id: 'longest',
      header: said.longest,
      end: true,
      cell: ({ latency = 0, count = 0 }) =>
        count === 0 ? '–' : said.seconds(formatNumber(latency, language)),
    },
    { id: 'actions', header: '', actions: true, cell: actions },
  ];
}
