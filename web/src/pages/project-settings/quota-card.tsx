import { type ReactNode, type SubmitEvent, useState } from 'react';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useSession } from '../../api/session.tsx';
import { useChange } from '../../api/use-change.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { Meter } from '../../ui/show/values.tsx';
import { formatBytes } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { CardProps } from './card-props.ts';
import { limitOf, limitText, limitUnit } from './limit-text.ts';
import { projectSettingsTexts } from './text.ts';

export function QuotaCard({ project }: CardProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const { language } = useLanguage();
  const { isAdministrator } = useSession();
  const path = { project_name_or_id: project };
  const { data, error } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}/summary', { path });
  const { hard: { storage: hard = -1 } = {}, used: { storage: used = 0 } = {} } = data?.quota ?? {};
  const text =
    hard < 0
      ? said.usedFree(formatBytes(used, language))
      : said.used(formatBytes(used, language), formatBytes(hard, language));
  return (
    <section className="card stack">
      <h2>{said.quota}</h2>
      {error !== null ? (
        <Failure error={error} />
      ) : data === undefined ? (
        <Skeleton lines={2} />
      ) : data.quota === undefined ? (
        <p className="muted">{said.quotaHidden}</p>
      ) : (
        <>
          {hard < 0 ? null : <Meter label={text} value={used} of={hard} />}
          <p className="number">{text}</p>
          {isAdministrator ? (
            <LimitForm project={project} hard={hard} />
          ) : (
            <p className="help">{said.limitNeeds}</p>
          )}
        </>
      )}
    </section>
  );
}

function LimitForm({ project, hard }: { readonly project: string; readonly hard: number }): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  // As it was when the form came: while somebody writes, the unit stays.
  const [[was, unit]] = useState([hard, limitUnit(hard)] as const);
  const [text, setText] = useState(limitText(hard, unit));
  const { data: about } = useAnswer('GET /api/v2.0/projects/{project_name_or_id}', {
    path: { project_name_or_id: project },
  });
  const id = about?.project_id;
  const { data: quotas } = useList(
    'GET /api/v2.0/quotas',
    { query: { reference: 'project', reference_id: String(id) } },
    { enabled: id !== undefined },
  );
  const quotaId = quotas?.rows[0]?.id;
  const change = useChange('PUT /api/v2.0/quotas/{id}');
  const wanted = limitOf(text, unit, was);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (wanted === undefined || quotaId === undefined) return;
    change.mutate(
      { path: { id: quotaId }, body: { hard: { storage: wanted } } },
      { onSuccess: () => toast({ text: said.saved }) },
    );
  };
  const problem =
    wanted === undefined
      ? said.limitWrong(unit)
      : change.error === null
        ? undefined
        : failureText(change.error);
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={said.limit(unit)}
        help={said.limitHelp}
        value={text}
        onValue={setText}
        problem={problem}
        inputMode="decimal"
        autoComplete="off"
      />
      <div>
        <Button submit busy={change.isPending || quotaId === undefined}>
          {said.save}
        </Button>
      </div>
      <AsCommand code={`berth quota set ${project} ${wanted ?? -1}`} />
    </form>
  );
}
