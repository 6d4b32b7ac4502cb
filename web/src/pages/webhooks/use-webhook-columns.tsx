import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Parts } from '../../ui/show/parts.tsx';
import { Badge, Time } from '../../ui/show/values.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { titleInShort } from '../../ui/text/in-short.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { TargetAddress } from './target-address.tsx';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import { useFormName } from './use-form-name.ts';
import type { Target, Webhook } from './webhook-draft.ts';

interface Acts {
  readonly onEdit: (webhook: Webhook) => void;
  readonly onRemove: (webhook: Webhook) => void;
  /** A test is on its way: what comes of it is in the log. */
  readonly onTest: (id: number) => void;
  /** A link to a log was followed. */
  readonly onLog: () => void;
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
        <Link to={logOf(project, id)} className="strong" onFollow={acts.onLog}>
          <WebhookName name={name} />
        </Link>
      ),
    },
    {
      id: 'target',
      header: said.target,
      cell: ({ targets = [] }) => (
        <div className="webhook-sent">
          <Sends target={targets[0]} /> <TargetAddress target={targets[0] ?? {}} />{' '}
          {targets.length < 2 ? null : (
            <span className="webhook-more muted" title={targets.map(({ address }) => address).join(', ')}>
              {said.andMore(formatNumber(targets.length - 1, language))}
            </span>
          )}
        </div>
      ),
    },
    {
      id: 'events',
      header: said.events,
      cell: ({ event_types: events = [] }) => (
        <span title={events.map((kind) => `${kindName(kind)} (${kind})`).join(', ')}>
          {events.length === 1 ? events.map(kindName) : said.eventsOf(formatNumber(events.length, language))}
        </span>
      ),
    },
    {
      id: 'status',
      header: said.status,
      cell: (webhook) => <State project={project} webhook={webhook} onLog={acts.onLog} />,
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

/** Its lines end between its words; of a very long one the middle is left out. */
function WebhookName({ name }: { readonly name: string }): ReactNode {
  return (
    <span className="webhook-name" title={name}>
      <Parts text={titleInShort(name)} at="-_./:" />
    </span>
  );
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

/** Whether it is told of anything, and whether that arrives; what failed leads to its log. */
function State({ project, webhook, onLog }: Pick<ActionsProps, 'project' | 'webhook' | 'onLog'>): ReactNode {
  const said = useTexts(webhooksTexts);
  const { id = 0, enabled, last_delivery: last } = webhook;
  const status = last?.status ?? 'Success';
  const on = <Badge kind={status === 'Success' ? 'ok' : 'plain'}>{said.on}</Badge>;
  return (
    <div>
      {enabled === true ? on : <Badge>{said.off}</Badge>}{' '}
      {status === 'Success' ? null : (
        <Link to={logOf(project, id)} className="webhook-failed" onFollow={onLog}>
          {status === 'Error' ? (
            <Badge kind="danger">{said.lastFailed}</Badge>
          ) : (
            <Badge kind="warning" title={said.triesAgain}>
              {said.lastFailed}
            </Badge>
          )}
        </Link>
      )}
    </div>
  );
}

function logOf(project: string, id: number): string {
  return `${pathOf('/p/:project/webhooks', { project })}?log=${id}`;
}

interface ActionsProps extends Acts {
  readonly project: string;
  readonly webhook: Webhook;
}

function Actions({ project, webhook, onEdit, onRemove, onTest }: ActionsProps): ReactNode {
  const ui = useTexts(uiTexts);
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
          toast({ text: said.tested, kind: 'info' });
          onTest(id);
        },
        onError: (error) => toast({ text: failureText(error), kind: 'danger' }),
      },
    );
  return (
    <>
      <Button small busy={test.isPending} aria-label={ui.named(said.test, name)} onClick={run}>
        {said.test}
      </Button>
      <Button small aria-label={said.editOf(name)} onClick={() => onEdit(webhook)}>
        {said.edit}
      </Button>
      <DeleteButton label={said.removeOf(name)} onClick={() => onRemove(webhook)} />
    </>
  );
}
