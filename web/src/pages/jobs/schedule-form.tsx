import { useMutation } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useKindName } from '../../api/jobs/use-kind-name.ts';
import { useRefreshAll } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { CronText } from '../../ui/show/cron-text.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { type ChangeableKind, changeSchedule } from './change-schedule.ts';
import { jobsTexts } from './text.ts';

interface ScheduleFormProps {
  readonly kind: ChangeableKind;
  readonly cron: string;
  readonly zone: string | undefined;
  readonly onClose: () => void;
}

const formId = 'change-schedule';

/** Another time for what runs by itself, and has no page of its own. */
export function ScheduleForm({ kind, cron: before, zone = 'UTC', onClose }: ScheduleFormProps): ReactNode {
  const said = useTexts(jobsTexts);
  const common = useTexts(uiTexts);
  const nameOf = useKindName();
  const failureText = useFailureText();
  const toast = useToast();
  const refresh = useRefreshAll();
  const [cron, setCron] = useState(before);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => changeSchedule(kind, cron.trim()),
    onSuccess: () => {
      toast({ text: said.scheduleSet });
      void refresh().finally(onClose);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    mutate();
  };
  return (
    <Dialog
      title={said.changeOf(nameOf(kind))}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" submit form={formId} busy={isPending}>
            {said.save}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <TextField
          label={said.cron(zone)}
          help={said.cronHelp}
          value={cron}
          onValue={setCron}
          problem={error === null ? undefined : failureText(error)}
          required
          autoFocus
          autoComplete="off"
        />
        <p role="status">
          <CronText cron={cron.trim()} zone={zone} />
        </p>
      </form>
    </Dialog>
  );
}
