import { type ReactNode, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { formatAbsolute, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { sayCron } from '../../ui/text/say-cron.ts';
import { uiTexts } from '../../ui/text.ts';
import { newRule, type Policy, type Rule } from './policy.ts';
import { type PreviewChange, PreviewResult } from './preview-result.tsx';
import { RuleFields } from './rule-fields.tsx';
import { RunNow } from './run-now.tsx';
import { retentionTexts } from './text.ts';

interface PolicyFormProps {
  readonly project: string;
  /** Undefined: the project has none yet. */
  readonly id: number | undefined;
  readonly policy: Policy;
  readonly preview: PreviewChange;
}

const crons = { none: '', daily: '0 0 0 * * *', weekly: '0 0 0 * * 0' } as const;
const times = ['none', 'daily', 'weekly', 'custom'] as const;

export function PolicyForm({ project, id, policy, preview }: PolicyFormProps): ReactNode {
  const said = useTexts(retentionTexts);
  const toast = useToast();
  const failureText = useFailureText();
  const [draft, setDraft] = useState(policy);
  // The server writes it in its own words, with the time of the next run.
  const [saved, setSaved] = useState(draft);
  // Asked for here, not by the form that stood here before its policy was saved first.
  const [seen, setSeen] = useState<number>();
  const create = useChange('POST /api/v2.0/retentions');
  const update = useChange('PUT /api/v2.0/retentions/{id}');
  const rules = draft.rules ?? [];
  const setRules = (next: readonly Rule[]): void => setDraft({ ...draft, rules: next });
  const changed = ![saved, policy].some((each) => JSON.stringify(each) === JSON.stringify(draft));
  const save = (): void => {
    const done = {
      onSuccess: () => {
        setSaved(draft);
        toast({ text: said.saved });
      },
    };
    if (id === undefined) create.mutate({ body: draft }, done);
    else update.mutate({ path: { id }, body: draft }, done);
  };
  const error = create.error ?? update.error ?? preview.error;
  const previewPath = `/api/berth/v1/projects/${project}/retention/preview`;
  return (
    <>
      <section className="card">
        <h2>{said.rules}</h2>
        <p>{said.rulesText}</p>
        <div className="form">
          {rules.length === 0 ? <p className="muted">{said.noRules}</p> : null}
          {rules.map((rule, at) => (
            <RuleFields
              key={`${rules.length}/${at}`}
              no={at + 1}
              rule={rule}
              onRule={(next) => setRules(rules.with(at, next))}
              onRemove={() => setRules(rules.toSpliced(at, 1))}
            />
          ))}
          <div>
            <Button icon="plus" onClick={() => setRules([...rules, newRule])}>
              {said.addRule}
            </Button>
          </div>
          <Limits draft={draft} saved={policy} onDraft={setDraft} />
          {error === null ? null : (
            <p className="problem" role="alert">
              {failureText(error)}
            </p>
          )}
          <div className="retention-actions">
            <Button
              busy={preview.isPending}
              onClick={() =>
                preview.mutate(
                  {
                    path: { project_name_or_id: project },
                    body: changed || id === undefined ? { policy: draft } : {},
                  },
                  { onSuccess: (made) => setSeen(made.plan_id) },
                )
              }
            >
              {said.preview}
            </Button>
            <Button look="primary" busy={create.isPending || update.isPending} onClick={save}>
              {said.save}
            </Button>
            {id === undefined ? null : (
              <RunNow project={project} whyNot={changed ? said.saveFirst : undefined} />
            )}
            {changed ? <span className="meta">{said.unsaved}</span> : null}
          </div>
        </div>
        <AsCommand
          code={`berth retention preview ${project}\nberth retention apply ${project} PLAN\n${curlOf('POST', previewPath, {})}`}
        />
      </section>
      {preview.data === undefined ? null : (
        <PreviewResult
          key={preview.data.plan_id}
          project={project}
          preview={preview.data}
          isNew={seen !== undefined && seen === preview.data.plan_id}
          otherwise={changed || id === undefined ? said.savePolicyFirst : said.otherPolicy}
          onDone={preview.reset}
        />
      )}
    </>
  );
}

interface LimitsProps {
  readonly draft: Policy;
  readonly saved: Policy;
  readonly onDraft: (draft: Policy) => void;
}

/** What holds for all rules. */
function Limits({ draft, saved, onDraft }: LimitsProps): ReactNode {
  const said = useTexts(retentionTexts);
  const cron = draft.trigger?.settings?.cron ?? '';
  const known = times.find((each) => each !== 'custom' && crons[each] === cron) ?? 'custom';
  const [time, setTime] = useState(known);
  const setCron = (value: string): void =>
    onDraft({ ...draft, trigger: { kind: 'Schedule', references: {}, settings: { cron: value } } });
  const labels = {
    none: said.byHandOnly,
    daily: said.daily,
    weekly: said.weekly,
    custom: said.custom,
  };
  return (
    <>
      <div className="retention-row">
        <SelectField
          label={said.when}
          value={time}
          onValue={(value) => {
            setTime(value);
            setCron(value === 'custom' ? cron : crons[value]);
          }}
          options={times.map((value) => ({ value, label: labels[value] }))}
        />
        {time === 'custom' ? <TextField label={said.cron} value={cron} onValue={setCron} /> : null}
        <TextField
          type="number"
          min={0}
          label={said.keepPulled}
          help={said.keepPulledHelp}
          value={String(draft.keep_pulled_days ?? 0)}
          onValue={(value) => onDraft({ ...draft, keep_pulled_days: Math.trunc(Number(value)) || 0 })}
        />
      </div>
      {cron === '' ? null : <WhenItRuns cron={cron} saved={saved} />}
      <CheckField
        label={said.untag}
        help={said.untagHelp}
        checked={draft.untag === true}
        onChecked={(untag) => onDraft({ ...draft, untag })}
      />
    </>
  );
}

/** By itself: the hour, the next time, and that it may wait for somebody then. */
function WhenItRuns({ cron, saved }: { readonly cron: string; readonly saved: Policy }): ReactNode {
  const said = useTexts(retentionTexts);
  const { language } = useLanguage();
  const ui = useTexts(uiTexts);
  const { cron: kept, next_scheduled_time: next } = saved.trigger?.settings ?? {};
  const when = sayCron(cron, { said: ui, language, zone: 'UTC' });
  const at = timeOf(next);
  const nextText = at === undefined ? undefined : said.nextRun(formatAbsolute(at, language));
  const sentences = [
    when === undefined ? undefined : said.runsAt(when),
    kept === cron ? nextText : said.fromSave,
    said.mayStop,
  ];
  return (
    <p className="help">
      {sentences.filter((each) => each !== undefined).join(language === 'zh' ? '' : ' ')}
    </p>
  );
}
