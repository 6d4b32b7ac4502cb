import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { useChange } from '../../../api/use-change.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { accountTexts } from './text.ts';

const none = { old_password: '', new_password: '' };

/** Afterwards the session has ended, and the console asks for the new password over the page. */
export function PasswordCard({ userId }: { readonly userId: number }): ReactNode {
  const said = useTexts(accountTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const [draft, setDraft] = useState(none);
  const change = useChange('PUT /api/v2.0/users/{user_id}/password');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    change.mutate(
      { path: { user_id: userId }, body: draft },
      {
        onSuccess: () => {
          setDraft(none);
          toast({ text: said.changed });
        },
      },
    );
  };
  const field = (key: keyof typeof none) => ({
    value: draft[key],
    onValue: (value: string) => setDraft((now) => ({ ...now, [key]: value })),
    type: 'password',
    required: true,
  });
  return (
    <section className="card">
      <h2>{said.password}</h2>
      <p>{said.passwordText}</p>
      <form className="form" onSubmit={submit}>
        <TextField label={said.oldPassword} {...field('old_password')} autoComplete="current-password" />
        <TextField
          label={said.newPassword}
          help={said.newPasswordHelp}
          {...field('new_password')}
          autoComplete="new-password"
          problem={change.error === null ? undefined : failureText(change.error)}
        />
        <div>
          <Button submit busy={change.isPending}>
            {said.change}
          </Button>
        </div>
      </form>
    </section>
  );
}
