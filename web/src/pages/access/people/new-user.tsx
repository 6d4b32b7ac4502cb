import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { navigate } from '../../../ui/navigation/location.ts';
import { pathOf } from '../../../ui/navigation/match.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { partsTexts } from '../parts/text.ts';
import { peopleTexts } from './text.ts';

const formId = 'new-user';
const none = { username: '', email: '', realname: '', password: '', comment: '' };

export function NewUser({ onClose }: { readonly onClose: () => void }): ReactNode {
  const said = useTexts(peopleTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const { user } = useSession();
  const [draft, setDraft] = useState(none);
  const set = (part: Partial<typeof none>): void => setDraft((now) => ({ ...now, ...part }));
  const create = useChange('POST /api/v2.0/users');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(
      { body: draft },
      {
        onSuccess: () => {
          toast({ text: said.made(draft.username) });
          navigate(pathOf('/access/people/:user', { user: draft.username }));
        },
      },
    );
  };
  const field = (key: keyof typeof none, label: string) => ({
    label,
    value: draft[key],
    onValue: (value: string) => set({ [key]: value }),
    autoComplete: 'off',
  });
  return (
    <Dialog
      wide
      title={said.newUser}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{parts.cancel}</Button>
          <Button look="primary" submit form={formId} busy={create.isPending}>
            {said.create}
          </Button>
        </>
      }
    >
      <p className="muted">{said.newUserText}</p>
      <form id={formId} className="form" onSubmit={submit}>
        <div className="pair">
          <TextField {...field('username', said.name)} required autoFocus />
          <TextField {...field('email', said.email)} type="email" required />
          <TextField {...field('realname', said.person)} required />
          <TextField {...field('comment', said.comment)} />
        </div>
        <TextField
          {...field('password', said.password)}
          help={said.passwordHelp}
          problem={create.error === null ? undefined : failureText(create.error)}
          type="password"
          autoComplete="new-password"
          required
        />
      </form>
      <AsCommand
        berth={`berth user add ${quoted(draft.username || 'NAME')} --password-stdin`}
        api={curl('POST', '/api/v2.0/users', user?.username ?? '', { ...draft, password: '…' })}
      />
    </Dialog>
  );
}
