import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { isUnderWay } from '../../ui/show/work-status.tsx';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { type Answer, call } from '../call.ts';
import { useRefreshAll } from '../use-change.ts';
import { batchTexts } from './batch-text.ts';
import { doingOf } from './doing-of.ts';

export type Batch = Answer<'GET /api/berth/v1/batches/{batch_id}'>;

const everyMs = 500;

/** A batch, asked for until it has ended; then everything on the page is asked for anew. */
export function useBatch(id: number): UseQueryResult<Batch> {
  const refreshAll = useRefreshAll();
  const asked = useQuery({
    queryKey: ['batch', id],
    queryFn: ({ signal }) => call('GET /api/berth/v1/batches/{batch_id}', { path: { batch_id: id } }, signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? everyMs : false),
  });
  const status = asked.data?.status;
  const runs = status === undefined ? undefined : isUnderWay(status);
  const ran = useRef(false);
  useEffect(() => {
    if (runs === false && ran.current) void refreshAll();
    ran.current = runs === true;
  }, [runs, refreshAll]);
  return asked;
}

const doneNames = { delete: 'deleted', restore: 'restored', put: 'labelled', take: 'unlabelled' } as const;

/** How far it is, and what came of it. */
export function BatchProgress({ batch }: { readonly batch: Batch }): ReactNode {
  const said = useTexts(batchTexts);
  const { language } = useLanguage();
  const { action, status, total = 0, done = 0, refused = 0, gone = 0, waiting = 0, bytes = 0 } = batch;
  const number = (value: number): string => formatNumber(value, language);
  if (isUnderWay(status)) {
    const text = said.doneOf(number(total - waiting), number(total));
    return (
      <div className="stack batch">
        <span className="batch-bar">
          <progress value={total - waiting} max={total} aria-label={text} />
          <span className="number">{text}</span>
        </span>
        <p className="muted">{said.runs}</p>
      </div>
    );
  }
  const does = doingOf(action ?? 'restore');
  const outcomes = [
    { name: said[doneNames[does]], value: number(done), shown: true },
    { name: said.refused, value: number(refused), shown: refused > 0, look: 'warning' },
    { name: said.gone, value: number(gone), shown: gone > 0 },
    { name: said.left, value: number(waiting), shown: waiting > 0, look: 'warning' },
    {
      name: does === 'restore' ? said.grew : said.fell,
      value: formatBytes(bytes, language),
      shown: does === 'delete' || does === 'restore',
    },
  ];
  return (
    <div className="stack batch" role="status">
      <dl className="outcomes">
        {outcomes
          .filter(({ shown }) => shown)
          .map(({ name, value, look = '' }) => (
            <div key={name} className={look}>
              <dt>{name}</dt> <dd className="number">{value}</dd>
            </div>
          ))}
      </dl>
      {status === 'Stopped' ? <p className="banner warning">{said.cancelled}</p> : null}
      {status === 'Error' ? <p className="banner danger">{said.failed}</p> : null}
    </div>
  );
}
