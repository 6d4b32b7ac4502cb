import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Parts } from '../../ui/show/parts.tsx';
import { Badge, Count, LongName, Time } from '../../ui/show/values.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import { useFormName } from './use-form-name.ts';
import type { Target, Webhook } from './webhook-draft.ts';

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
          <Sends target={targets[0]} /> <Address text={targets[0]?.address ?? ''} />{' '}
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

/** In which words it is told: a chat's, or a form of JSON. */
function Sends({ target = {} }: { readonly target: Target | undefined }): ReactNode {
  const said = useTexts(webhooksTexts);
  const { type = 'http', payload_format: format, template } = target;
  const nameOf = useFormName();
  const form = type === 'http' && format === 'CloudEvents' ? format : type;
  const text = nameOf(template === undefined ? form : 'template');
  return <Badge title={said.sends(text)}>{text}</Badge>;
}

/** Its host and its end tell addresses apart: what is left out is the middle. */
function Address({ text }: { readonly text: string }): ReactNode {
  const shown = text.length <= 44 ? text : `${text.slice(0, 26)}…${text.slice(-17)}`;
  return (
    <span className="webhook-address" title={text} lang="en">
      <Parts text={shown} at="/:." />
    </span>
  );
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
      <DeleteButton label={said.removeOf(name)} onClick={() => onRemove(webhook)} />
    </>
  );
}
