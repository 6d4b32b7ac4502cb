import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { projectSettingsTexts } from './text.ts';

export interface NewRule {
  readonly tags: string;
  readonly repositories: string;
  /** Empty in a rule that is for everybody. */
  readonly allowed: string;
}

interface AddRuleProps {
  readonly title: string;
  /** Whether the rule names who may. */
  readonly names: boolean;
  readonly tagsHelp: string;
  readonly commandOf: (rule: NewRule) => string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onAdd: (rule: NewRule) => void;
  readonly onClose: () => void;
}

const formId = 'add-rule';

export function AddRule(props: AddRuleProps): ReactNode {
  const { title, names, tagsHelp, commandOf, busy, error, onAdd, onClose } = props;
  const said = useTexts(projectSettingsTexts);
  const failureText = useFailureText();
  const [rule, setRule] = useState<NewRule>({ tags: '', repositories: '**', allowed: '' });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onAdd(rule);
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="primary" submit form={formId} busy={busy}>
            {said.add}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" onSubmit={submit}>
        <TextField
          label={said.tags}
          help={tagsHelp}
          value={rule.tags}
          onValue={(tags) => setRule({ ...rule, tags })}
          problem={error === null ? undefined : failureText(error)}
          required
          autoFocus
          autoComplete="off"
        />
        <TextField
          label={said.repositories}
          help={said.repositoriesHelp}
          value={rule.repositories}
          onValue={(repositories) => setRule({ ...rule, repositories })}
          required
          autoComplete="off"
        />
        {names ? (
          <TextField
            label={said.allowed}
            help={said.allowedHelp}
            value={rule.allowed}
            onValue={(allowed) => setRule({ ...rule, allowed })}
            required
            autoComplete="off"
          />
        ) : null}
        <AsCommand code={commandOf(rule)} />
      </form>
    </Dialog>
  );
}
