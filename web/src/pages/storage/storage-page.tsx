import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Size, Time } from '../../ui/show/values.tsx';
import { timeOf } from '../../ui/text/format.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { Forecast } from './forecast.tsx';
import { LargestList } from './largest-list.tsx';
import { Reclaim } from './reclaim.tsx';
import { storageTexts } from './text.ts';

const askAgainMs = 3000;

export function StoragePage(): ReactNode {
  const said = useTexts(storageTexts);
  const total = useAnswer('GET /api/berth/v1/storage/usage/total', {});
  const isOutdated = useOutdated(total.data?.as_of);
  const commands = [
    'berth storage usage --sort=-unique',
    'berth storage reclaim',
    'berth storage forecast',
    curlOf('GET', '/api/berth/v1/storage/usage/total'),
  ];
  if (total.error !== null)
    return (
      <>
        <PageHead title={said.title} />
        <Failure error={total.error} onAgain={() => void total.refetch()} />
      </>
    );
  const { stored, live, trash, unreferenced, as_of: at } = total.data ?? {};
  return (
    <>
      <PageHead
        title={said.title}
        actions={
          <Link to="/storage/quotas" className="button">
            {said.quotas}
          </Link>
        }
        facts={
          total.data === undefined ? (
            '…'
          ) : at === undefined ? (
            said.notCounted
          ) : (
            <span>
              {said.counted} <Time at={at} />
              {isOutdated ? said.beforeCollection : null}
            </span>
          )
        }
      />
      {total.data === undefined ? (
        <Skeleton lines={2} />
      ) : (
        <div className="figures">
          <div className="figure">
            <span className="figure-name">{said.stored}</span>
            <Size bytes={stored} />
            <span className="meta">{said.storedNote}</span>
          </div>
          <div className="figure">
            <span className="figure-name">{said.live}</span>
            <Size bytes={live} />
            <span className="meta">{said.liveNote}</span>
          </div>
          <Link to="/storage/trash" className="figure">
            <span className="figure-name">{said.trash}</span>
            <Size bytes={trash} />
            <span className="meta">{said.trashNote}</span>
          </Link>
          <Link to="/storage/gc" className="figure">
            <span className="figure-name">{said.unreferenced}</span>
            <Size bytes={unreferenced} />
            <span className="meta">{said.unreferencedNote}</span>
          </Link>
        </div>
      )}
      <div className="stack">
        <div className="columns even">
          <Reclaim />
          <Forecast />
        </div>
        <section className="stack" aria-labelledby="largest">
          <div>
            <h2 id="largest">{said.largest}</h2>
            <p className="meta">{said.explained}</p>
          </div>
          <LargestList />
        </section>
      </div>
      <AsCommand code={commands.join('\n')} />
    </>
  );
}

/** Whether garbage was collected since it was counted; then what was counted is asked for until that is over. */
function useOutdated(countedAt: string | undefined): boolean {
  const queries = useQueryClient();
  const { data } = useAnswer('GET /api/berth/v1/jobs', {
    query: { kind: 'GARBAGE_COLLECTION', page_size: 5 },
  });
  const last = data?.find(
    ({ dry_run: isPlan, end_time: endedAt }) => isPlan !== true && endedAt !== undefined,
  );
  const isOutdated =
    countedAt !== undefined && (timeOf(last?.end_time) ?? 0) > (timeOf(countedAt) ?? Number.MAX_SAFE_INTEGER);
  useEffect(() => {
    if (!isOutdated) return;
    const timer = setInterval(() => void queries.invalidateQueries(), askAgainMs);
    return () => clearInterval(timer);
  }, [isOutdated, queries]);
  return isOutdated;
}
