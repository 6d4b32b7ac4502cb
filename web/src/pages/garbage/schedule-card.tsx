import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { toldBy } from './collection.ts';
import { garbageTexts } from './text.ts';

const crons = { None: '', Hourly: '0 0 * * * *', Daily: '0 0 0 * * *', Weekly: '0 0 0 * * 0' } as const;
const types = ['None', 'Hourly', 'Daily', 'Weekly', 'Custom'] as const;

interface ScheduleCardProps {
  readonly schedule: Answer<'GET /api/v2.0/system/gc/schedule'>;
}

/** When garbage is collected by itself. */
export function ScheduleCard({ schedule }: ScheduleCardProps): ReactNode {
  const said = useTexts(garbageTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const told = toldBy(schedule);
  const [type, setType] = useState(types.find((each) => each === schedule.schedule?.type) ?? 'None');
  const [cron, setCron] = useState(schedule.schedule?.cron ?? '');
  const [untagged, setUntagged] = useState(told.delete_untagged === true);
  const [purgeTrash, setPurgeTrash] = useState(told.purge_trash === true);
  const update = useChange('PUT /api/v2.0/system/gc/schedule');
  const body = {
    schedule: { type, cron: type === 'Custom' ? cron.trim() : crons[type] },
    parameters: { delete_untagged: untagged, purge_trash: purgeTrash },
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    update.mutate({ body }, { onSuccess: () => toast({ text: said.saved }) });
  };
  const labels = {
    None: said.never,
    Hourly: said.hourly,
    Daily: said.daily,
    Weekly: said.weekly,
    Custom: said.custom,
  };
  const problem = update.error === null ? undefined : failureText(update.error);
  return (
    <section className="card">
      <h2>{said.schedule}</h2>
      <form className="form" onSubmit={submit}>
        <SelectField
          label={said.when}
          value={type}
          onValue={setType}
          options={types.map((value) => ({ value, label: labels[value] }))}
          problem={type === 'Custom' ? undefined : problem}
        />
        {type === 'Custom' ? (
          <TextField
            label={said.cron}
            help={said.cronHelp}
            value={cron}
            onValue={setCron}
            problem={problem}
            required
          />
        ) : null}
        {type === 'None' ? null : (
          <>
            <CheckField
              label={said.untagged}
              help={said.untaggedHelp}
              checked={untagged}
              onChecked={setUntagged}
            />
            <CheckField
              label={said.purgeTrash}
              help={said.purgeTrashHelp}
              checked={purgeTrash}
              onChecked={setPurgeTrash}
            />
          </>
        )}
        <div>
          <Button submit busy={update.isPending}>
            {said.save}
          </Button>
        </div>
      </form>
      <AsCommand code={curlOf('PUT', '/api/v2.0/system/gc/schedule', body)} />
    </section>
  );
}
