import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Badge, Count, Time } from '../../ui/show/values.tsx';
import { WorkStatus } from '../../ui/show/work-status.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { formatAbsolute, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { sayProblem } from './say-problem.ts';
import { TargetAddress } from './target-address.tsx';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import { type DeliveryPlace, useRedeliver } from './use-redeliver.ts';
import type { Target } from './webhook-draft.ts';

export type Delivery =
  Row<'GET /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/deliveries'>;

interface ColumnsInput extends DeliveryPlace {
  /** Empty: there is only one that a delivery can be for. */
  readonly targets: readonly Target[];
  readonly onLook: (id: number | undefined) => void;
}

export function useDeliveryColumns(input: ColumnsInput): readonly Column<Delivery>[] {
  const { targets } = input;
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const kindName = useEventKindName();
  const toTarget: Column<Delivery> = {
    id: 'target',
    header: said.target,
    cell: ({ target: no }) => <ToTarget no={no} targets={targets} />,
  };
  return [
    {
      id: 'event',
      header: said.event,
      cell: ({ event_type: event = '', asked }) => (
        <div>
          {kindName(event)} <Asked by={asked} />{' '}
          <small className="muted">
            <code lang="en">{event}</code>
          </small>
        </div>
      ),
    },
    ...(targets.length === 0 ? [] : [toTarget]),
    { id: 'status', header: said.status, cell: (delivery) => <Status delivery={delivery} /> },
    {
      id: 'answer',
      header: said.answer,
      cell: ({ response, problem = '–' }) => {
        if (response?.status !== undefined) return response.status;
        const why = sayProblem(problem, language);
        return <span lang={why.language}>{why.text}</span>;
      },
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
      cell: (delivery) => <Actions delivery={delivery} {...input} />,
    },
  ];
}

/** It was no event that made it. */
export function Asked({ by }: { readonly by: Delivery['asked'] }): ReactNode {
  const said = useTexts(webhooksTexts);
  return by === undefined ? null : <Badge>{by === 'test' ? said.isTest : said.isAgain}</Badge>;
}

interface ToTargetProps {
  /** From 1; undefined: it is there no more. */
  readonly no: number | undefined;
  readonly targets: readonly Target[];
}

function ToTarget({ no, targets }: ToTargetProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const target = no === undefined ? undefined : targets[no - 1];
  if (no === undefined || target === undefined) return <span className="muted">{said.targetGone}</span>;
  return (
    <div>
      <small className="muted">{said.targetNo(no)}</small> <TargetAddress target={target} />
    </div>
  );
}

interface DeliveryProps {
  readonly delivery: Delivery;
}

/** How it went, and when it is tried again. */
export function Status({ delivery }: DeliveryProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const { status, problem, attempts = 0, next_time: next } = delivery;
  const why = problem === undefined ? undefined : sayProblem(problem, language).text;
  if (attempts === 0 || (status !== 'Scheduled' && status !== 'Pending'))
    return <WorkStatus status={status} title={why} />;
  const at = timeOf(next);
  return (
    <div>
      <Badge kind="warning" title={why}>
        {said.triesAgain}
      </Badge>{' '}
      {at === undefined ? null : (
        <small className="webhook-next muted" title={formatAbsolute(at, language)}>
          {at - Date.now() < 60_000 ? said.withinAMinute : <Time at={at} />}
        </small>
      )}
    </div>
  );
}

function Actions({ onLook, delivery: { id = 0 }, ...place }: ColumnsInput & DeliveryProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { redeliver } = useRedeliver(place, id);
  return (
    <>
      <Button small aria-label={said.detailsOf(String(id))} onClick={() => onLook(id)}>
        {said.details}
      </Button>
      <Button small aria-label={said.redeliverOf(String(id))} onClick={() => redeliver()}>
        {said.redeliver}
      </Button>
    </>
  );
}
