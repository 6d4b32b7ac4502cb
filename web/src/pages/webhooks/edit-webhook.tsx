import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange, useRefreshAll } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { CheckField, TextField } from '../../ui/controls/field.tsx';
import { SeenProblem } from '../../ui/feedback/seen-problem.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { Targets } from './target-fields.tsx';
import { webhooksTexts } from './text.ts';
import { useEventKindName } from './use-event-kind-name.ts';
import { webhookCommand } from './webhook-command.ts';
import { bodyOf, draftOf, refusedTarget, type Webhook } from './webhook-draft.ts';

interface EditWebhookProps {
  readonly project: string;
  /** Undefined: a new one. */
  readonly webhook: Webhook | undefined;
  readonly onClose: () => void;
}

const formId = 'webhook';

export function EditWebhook({ project, webhook, onClose }: EditWebhookProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const offered = useAnswer('GET /api/v2.0/projects/{project_name_or_id}/webhook/events', {
    path: { project_name_or_id: project },
  });
  const create = useChange('POST /api/v2.0/projects/{project_name_or_id}/webhook/policies');
  const update = useChange(
    'PUT /api/v2.0/projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}',
  );
  const refreshAll = useRefreshAll();
  const [sent, setSent] = useState(draft.targets);
  const error = create.error ?? update.error;
  const refused = error === null ? undefined : refusedTarget(error, sent);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const body = bodyOf(draft, webhook);
    setSent(draft.targets);
    const saved = (): void => toast({ text: said.saved(draft.name) });
    if (webhook === undefined) {
      const onSuccess = (): void => {
        saved();
        onClose();
      };
      create.mutate({ path: { project_name_or_id: project }, body }, { onSuccess });
    } else {
      // Who changes it again at once begins with what was saved, not with what the list had before.
      const onSuccess = (): void => {
        saved();
        void refreshAll().finally(onClose);
      };
      const path = { project_name_or_id: project, webhook_policy_id: webhook.id ?? 0 };
      update.mutate({ path, body }, { onSuccess });
    }
  };
  return (
    <Dialog
      wide
      title={webhook === undefined ? said.add : said.editOf(webhook.name ?? '')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="primary" submit form={formId} busy={create.isPending || update.isPending}>
            {said.save}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <TextField
          label={said.name}
          value={draft.name}
          onValue={(name) => setDraft({ ...draft, name })}
          required
          autoFocus
          autoComplete="off"
        />
        <TextField
          label={said.description}
          value={draft.description}
          onValue={(description) => setDraft({ ...draft, description })}
        />
        <Targets
          targets={draft.targets}
          onTargets={(targets) => setDraft({ ...draft, targets })}
          offered={offered.data}
          problem={error === null || refused === undefined ? undefined : { refused, error }}
        />
        <Events
          kinds={offered.data?.event_type ?? []}
          chosen={draft.events}
          onChosen={(events) => setDraft({ ...draft, events })}
        />
        <TextField
          label={said.repositories}
          help={said.patternHelp}
          value={draft.repositories}
          onValue={(repositories) => setDraft({ ...draft, repositories })}
        />
        <TextField label={said.tags} value={draft.tags} onValue={(tags) => setDraft({ ...draft, tags })} />
        <CheckField
          label={said.enabled}
          checked={draft.enabled}
          onChecked={(enabled) => setDraft({ ...draft, enabled })}
        />
        {error === null || refused !== undefined ? null : <SeenProblem text={failureText(error)} />}
      </form>
      <AsCommand code={webhookCommand(project, draft, webhook)} />
    </Dialog>
  );
}

/** Harbor's, which are taken as it takes them. */
function isNeverYet(kind: string): boolean {
  return kind === 'REPLICATION' || kind.startsWith('SCANNING_');
}

interface EventsProps {
  readonly kinds: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
}

function Events({ kinds, chosen, onChosen }: EventsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const nameOf = useEventKindName();
  const toggle = (kind: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(kind);
    else next.delete(kind);
    onChosen(next);
  };
  return (
    <fieldset className="webhook-events">
      <legend>{said.events}</legend>
      <p className="help">{said.eventsHelp}</p>
      {[...new Set([...kinds, ...chosen])].map((kind) => (
        <CheckField
          key={kind}
          label={nameOf(kind)}
          help={
            <>
              <code lang="en">{kind}</code>
              {isNeverYet(kind) ? ` · ${said.neverYet}` : null}
            </>
          }
          checked={chosen.has(kind)}
          onChecked={(on) => toggle(kind, on)}
        />
      ))}
    </fieldset>
  );
}
