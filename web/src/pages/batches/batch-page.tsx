import type { ReactNode } from 'react';
import { type Batch, BatchProgress, useBatch } from '../../api/batch/batch-progress.tsx';
import { UndoButton } from '../../api/batch/undo-button.tsx';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { restOf } from '../../ui/show/rest-of.ts';
import { Badge, Time } from '../../ui/show/values.tsx';
import { isUnderWay, WorkStatus } from '../../ui/show/work-status.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { BatchItems } from './batch-items.tsx';
import { batchesTexts } from './text.ts';

export function BatchPage({ params: { batch: id = '' } }: PageProps): ReactNode {
  const said = useTexts(batchesTexts);
  const { data, error, refetch } = useBatch(Number(id));
  const crumbs = [{ to: '/batches', label: said.title }];
  if (error !== null)
    return (
      <>
        <PageHead crumbs={crumbs} title={said.batchOf(id)} />
        <Failure error={error} onAgain={() => void refetch()} />
      </>
    );
  return (
    <>
      <PageHead
        crumbs={crumbs}
        title={said.batchOf(id)}
        facts={
          data === undefined ? (
            '…'
          ) : (
            <>
              <span>{said[data.action ?? 'restore']}</span>
              {data.label === undefined ? null : <Badge>{data.label}</Badge>}
              {data.place === undefined ? null : <span lang="en">{data.place}</span>}
              <WorkStatus status={data.status} rest={restOf(data)} />
              <span>{said.byOf(data.asked_by ?? '')}</span>
              <Time at={data.creation_time} />
            </>
          )
        }
        actions={data === undefined ? undefined : <Actions batch={data} />}
      />
      {data === undefined ? (
        <Skeleton lines={6} />
      ) : (
        <div className="stack">
          <section className="card stack">
            <BatchProgress batch={data} />
            {data.undone_by === undefined ? null : (
              <p>
                <Link to={pathOf('/batches/:batch', { batch: String(data.undone_by) })}>
                  {said.undoneBy(String(data.undone_by))}
                </Link>
              </p>
            )}
          </section>
          <BatchItems batch={data} />
        </div>
      )}
      <AsCommand
        code={`${curlOf('GET', `/api/berth/v1/batches/${id}/items`)}\n${curlOf('POST', `/api/berth/v1/batches/${id}/undo`)}`}
      />
    </>
  );
}

function Actions({ batch }: { readonly batch: Batch }): ReactNode {
  const said = useTexts(batchesTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const cancel = useChange('POST /api/berth/v1/batches/{batch_id}/cancel');
  const { id = 0, action, status, stopping } = batch;
  const path = { batch_id: id };
  const onError = (error: Error): void => toast({ text: failureText(error), kind: 'danger' });
  if (isUnderWay(status))
    return (
      <Button
        busy={cancel.isPending}
        whyNot={stopping === true ? said.stopping : undefined}
        onClick={() => cancel.mutate({ path }, { onError })}
      >
        {said.stop}
      </Button>
    );
  if (action === 'restore') return undefined;
  return (
    <UndoButton
      batch={batch}
      onStarted={(made) => navigate(pathOf('/batches/:batch', { batch: String(made) }))}
      onError={onError}
    />
  );
}
