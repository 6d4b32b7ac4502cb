import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { Badge } from './values.tsx';

const kinds = {
  Pending: 'plain',
  Scheduled: 'plain',
  Running: 'info',
  InProgress: 'info',
  Stopped: 'warning',
  Error: 'danger',
  Failed: 'danger',
  Success: 'ok',
  Succeed: 'ok',
} as const;

const isKnown = (status: string): status is keyof typeof kinds => Object.hasOwn(kinds, status);

/** How far a piece of work is, in one word; the server has several words for the same. */
export function WorkStatus(props: {
  readonly status: string | undefined;
  readonly title?: string | undefined;
  /** What stayed as it was of work that ended well: some of it, or all. Default: nothing. */
  readonly rest?: 'none' | 'some' | 'all';
}): ReactNode {
  const said = useTexts(uiTexts);
  const { status = '', title, rest = 'none' } = props;
  if (!isKnown(status)) return <Badge title={title}>{status === '' ? said.none : status}</Badge>;
  const words = {
    Pending: said.pending,
    Scheduled: said.scheduled,
    Running: said.running,
    InProgress: said.running,
    Stopped: said.stopped,
    Error: said.failed,
    Failed: said.failed,
    Success: said.succeeded,
    Succeed: said.succeeded,
  };
  if (kinds[status] === 'ok' && rest !== 'none')
    return (
      <Badge kind="warning" title={title}>
        {rest === 'all' ? said.nothingDone : said.partlyDone}
      </Badge>
    );
  return (
    <Badge kind={kinds[status]} title={title}>
      {words[status]}
    </Badge>
  );
}

/** Whether there is something to wait for. */
export function isUnderWay(status: string | undefined): boolean {
  return ['Pending', 'Scheduled', 'Running', 'InProgress'].includes(status ?? '');
}
