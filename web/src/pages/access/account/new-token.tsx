import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { dayOf, endOf } from '../parts/day.ts';
import { partsTexts } from '../parts/text.ts';
import { accountTexts } from './text.ts';

const formId = 'new-token';
const actionsOf = {
  pull: ['pull'],
  push: ['pull', 'push'],
  remove: ['pull', 'push', 'delete'],
  read: ['read'],
} as const;

interface NewTokenProps {
  readonly userId: number;
  readonly onMade: (made: { readonly name: string; readonly token: string }) => void;
  readonly onClose: () => void;
}

const none = { name: '', limit: 'all' as 'all' | keyof typeof actionsOf, where: '', end: '' };

/** The body of the call, and the command that makes the same. */
function inputOf({ name, limit, where, end }: typeof none) {
  const expires = endOf(end);
  const place = where.trim();
  const body = {
    name: name.trim(),
    ...(expires === undefined ? {} : { expires_at: expires }),
    ...(limit === 'all' ? {} : { scopes: [{ where: place, actions: actionsOf[limit] }] }),
  };
  const options = [
    ...(limit === 'all' ? [] : ['--scope', quoted(`${actionsOf[limit].join(',')} ${place}`)]),
    ...(expires === undefined ? [] : ['--expires', expires]),
  ];
  return { body, command: ['berth token create', quoted(body.name || 'NAME'), ...options].join(' ') };
}

export function NewToken({ userId, onMade, onClose }: NewTokenProps): ReactNode {
  const said = useTexts(accountTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const { user } = useSession();
  const [draft, setDraft] = useState(none);
  const create = useChange('POST /api/berth/v1/users/{user_id}/tokens');
  const { body, command } = inputOf(draft);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate(
      { path: { user_id: userId }, body },
      {
        onSuccess: ({ name = '', token = '' }) => {
          onClose();
          onMade({ name, token });
        },
      },
    );
  };
  return (
    <Dialog
      title={said.newToken}
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
      <form id={formId} className="form" onSubmit={submit}>
        <Fields draft={draft} onDraft={(part) => setDraft((now) => ({ ...now, ...part }))} />
      </form>
      {create.error === null ? null : (
        <p className="problem" role="alert">
          {failureText(create.error)}
        </p>
      )}
      <AsCommand
        berth={command}
        api={curl('POST', `/api/berth/v1/users/${userId}/tokens`, user?.username ?? '', body)}
      />
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: typeof none;
  readonly onDraft: (part: Partial<typeof none>) => void;
}

function Fields({ draft, onDraft }: FieldsProps): ReactNode {
  const said = useTexts(accountTexts);
  return (
    <>
      <TextField
        label={said.tokenName}
        help={said.tokenNameHelp}
        value={draft.name}
        onValue={(name) => onDraft({ name })}
        required
        autoFocus
        autoComplete="off"
      />
      <SelectField
        label={said.limit}
        value={draft.limit}
        onValue={(limit) => onDraft({ limit })}
        options={(['all', 'pull', 'push', 'remove', 'read'] as const).map((value) => ({
          value,
          label: said[value],
        }))}
      />
      {draft.limit === 'all' ? null : (
        <TextField
          label={said.where}
          help={said.whereHelp}
          value={draft.where}
          onValue={(where) => onDraft({ where })}
          required
          autoComplete="off"
        />
      )}
      <TextField
        label={said.end}
        type="date"
        min={dayOf(Date.now())}
        value={draft.end}
        onValue={(end) => onDraft({ end })}
      />
    </>
  );
}
