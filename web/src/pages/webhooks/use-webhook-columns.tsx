import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, Count, LongName, Time } from '../../ui/show/values.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import type { Webhook } from './webhook-draft.ts';

interface Acts {
  readonly onEdit: (webhook: Webhook) => void;
  readonly onRemove: (webhook: Webhook) => void;
  readonly onLog: (id: number) => void;
}

export function useWebhookColumns(project: string, acts: Acts): readonly Column<Webhook>[] {
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const kindName = useEventKindName();
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: ({ id = 0, name = '' }) => (
        <Link to={`${pathOf('/p/:project/webhooks', { project })}?log=${id}`} className="strong">
          <LongName name={name} />
        </Link>
      ),
    },
    {
      id: 'target',
      header: said.target,
      cell: ({ targets = [] }) => (
        <>
          <Badge>{targets[0]?.type}</Badge> <LongName name={targets[0]?.address ?? ''} />{' '}
          {targets.length < 2 ? null : (
            <span className="muted" title={targets.map(({ address }) => address).join(', ')}>
              {said.andMore(formatNumber(targets.length - 1, language))}
            </span>
          )}
        </>
      ),
    },
    {
      id: 'events',
      header: said.events,
      end: true,
      cell: ({ event_types: events = [] }) => (
        <span title={events.map((kind) => `${kindName(kind)} (${kind})`).join(', ')}>
          <Count value={events.length} />
        </span>
      ),
    },
    {
      id: 'status',
      header: said.status,
      cell: ({ enabled }) =>
        enabled === true ? <Badge kind="ok">{said.on}</Badge> : <Badge>{said.off}</Badge>,
    },
    {
      id: 'changed',
      header: said.changed,
      priority: 3,
      cell: ({ update_time: at }) => <Time at={at} />,
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (webhook) => <Actions project={project} webhook={webhook} {...acts} />,
    },
  ];
}

interface ActionsProps extends Acts {
  readonly project: string;
  readonly webhook: Webhook;
}

function Actions({ project, webhook, onEdit, onRemove, onLog }: ActionsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const { id = 0, name = '' } = webhook;
  const test = useChange('POST /api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}/test');
  const run = (): void =>
    test.mutate(
      { path: { project_name_or_id: project, webhook_id: id } },
      {
        onSuccess: () => {
          toast({ text: said.tested });
          onLog(id);
        },
        onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
      },
    );
  return (
    <>
      <Button small busy={test.isPending} aria-label={`${said.test}: ${name}`} onClick={run}>
        {said.test}
      </Button>
      <Button small aria-label={said.editOf(name)} onClick={() => onEdit(webhook)}>
        {said.edit}
      </Button>
      <IconButton
        small
        look="plain"
        icon="trash"
        label={said.removeOf(name)}
        onClick={() => onRemove(webhook)}
      />
    </>
  );
}
