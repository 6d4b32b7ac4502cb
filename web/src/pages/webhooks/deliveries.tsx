import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { list, type Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { LogText } from '../../ui/show/log-text.tsx';
import { Badge, Count, Time } from '../../ui/show/values.tsx';
import { isUnderWay, WorkStatus } from '../../ui/show/work-status.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import type { Webhook } from './webhook-draft.ts';

type Delivery = Row<'GET /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries'>;

const everyMs = 1000;
const shown = 50;

interface DeliveriesProps {
  readonly project: string;
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

/** What was sent and answered, the newest first; followed while something is on its way. */
export function Deliveries({ project, webhook, onClose }: DeliveriesProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const common = useTexts(uiTexts);
  const { id = 0, name = '' } = webhook;
  const [lookingAt, setLookingAt] = useState<number>();
  const { data, error } = useQuery({
    queryKey: ['deliveries', project, id],
    queryFn: ({ signal }) =>
      list(
        'GET /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries',
        { path: { project_name_or_id: project, webhook_id: id }, query: { page: 1, page_size: shown } },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.rows.some(({ status }) => isUnderWay(status)) === true ? everyMs : false,
  });
  const columns = useColumns({ project, webhookId: id, onLook: setLookingAt });
  const looking = data?.rows.find((row) => row.id === lookingAt);
  return (
    <section className="card">
      <div className="webhook-head">
        <h2>{said.deliveriesOf(name)}</h2>
        <IconButton icon="close" label={common.close} onClick={onClose} />
      </div>
      {error === null ? (
        <DataTable
          label={said.deliveries}
          columns={columns}
          rows={data?.rows}
          keyOf={(row) => String(row.id)}
          empty={<Empty title={said.noDelivery}>{said.noDeliveryText}</Empty>}
        />
      ) : (
        <Failure error={error} />
      )}
      <AsCommand
        code={`berth webhook deliveries '${name}' --project ${project}\nberth webhook redeliver '${name}' DELIVERY --project ${project}`}
      />
      {looking === undefined ? null : <Details delivery={looking} onClose={() => setLookingAt(undefined)} />}
    </section>
  );
}

interface ColumnsInput {
  readonly project: string;
  readonly webhookId: number;
  readonly onLook: (id: number | undefined) => void;
}

function useColumns({ project, webhookId, onLook }: ColumnsInput): readonly Column<Delivery>[] {
  const said = useTexts(webhooksTexts);
  const kindName = useEventKindName();
  const toast = useToast();
  const failureText = useFailureText();
  const again = useChange(
    'POST /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver',
  );
  const redeliver = (id: number): void =>
    again.mutate(
      { path: { project_name_or_id: project, webhook_id: webhookId, delivery_id: id } },
      {
        onSuccess: () => toast({ text: said.redelivered }),
        onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
      },
    );
  return [
    {
      id: 'event',
      header: said.event,
      cell: ({ event_type: event = '' }) => (
        <>
          {kindName(event)}{' '}
          <small className="muted">
            <code lang="en">{event}</code>
          </small>
        </>
      ),
    },
    {
      id: 'status',
      header: said.status,
      cell: ({ status, problem, attempts = 0 }) =>
        attempts > 0 && (status === 'Scheduled' || status === 'Pending') ? (
          <Badge kind="warning" title={problem}>
            {said.triesAgain}
          </Badge>
        ) : (
          <WorkStatus status={status} title={problem} />
        ),
    },
    {
      id: 'answer',
      header: said.answer,
      cell: ({ response, problem }) => (
        <span lang="en">{response?.status === undefined ? (problem ?? '–') : String(response.status)}</span>
      ),
    },
    {
      id: 'attempts',
      header: said.attempts,
      end: true,
      priority: 3,
      cell: ({ attempts }) => <Count value={attempts} />,
    },
    {
      id: 'when',
      header: said.when,
      ordered: 'descending',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (delivery) => (
        <>
          <Button small aria-label={said.detailsOf(String(delivery.id))} onClick={() => onLook(delivery.id)}>
            {said.details}
          </Button>
          <Button
            small
            aria-label={said.redeliverOf(String(delivery.id))}
            onClick={() => redeliver(delivery.id ?? 0)}
          >
            {said.redeliver}
          </Button>
        </>
      ),
    },
  ];
}

function Details({
  delivery,
  onClose,
}: {
  readonly delivery: Delivery;
  readonly onClose: () => void;
}): ReactNode {
  const said = useTexts(webhooksTexts);
  const { id, problem, request, response } = delivery;
  return (
    <Dialog wide title={said.detailsOf(String(id))} onClose={onClose}>
      {problem === undefined || problem === '' ? null : (
        <p lang="en">
          <strong>{problem}</strong>
        </p>
      )}
      <div className="stack">
        <h3>
          {said.request} <code className="meta">{request?.content_type}</code>
        </h3>
        <LogText label={said.request} text={pretty(request?.body ?? '')} />
        <h3>
          {said.response} <code className="meta">{response?.status}</code>
        </h3>
        <LogText label={said.response} text={pretty(response?.body ?? '')} />
      </div>
    </Dialog>
  );
}

/** JSON in lines; what is none stays as it was. */
function pretty(text: string): string {
  try {
    return text === '' ? '' : JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
