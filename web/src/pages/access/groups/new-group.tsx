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
import { partsTexts } from '../parts/text.ts';
import { groupsTexts } from './text.ts';

const formId = 'new-group';
/** Those that can be made by their name; a group of LDAP needs its DN. */
const types = { local: 0, oidc: 3, http: 2 } as const;
type Kind = keyof typeof types;

export function NewGroup({ onClose }: { readonly onClose: () => void }): ReactNode {
  const said = useTexts(groupsTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const { user } = useSession();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('local');
  const create = useChange('POST /api/v2.0/usergroups');
  const body = { group_name: name.trim(), group_type: types[kind] };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate({ body }, { onSuccess: onClose });
  };
  const typeFlag = kind === 'local' ? '' : ` --type ${kind}`;
  return (
    <Dialog
      title={said.newGroup}
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
        <TextField
          label={said.name}
          value={name}
          onValue={setName}
          problem={create.error === null ? undefined : failureText(create.error)}
          required
          autoFocus
          autoComplete="off"
        />
        <SelectField
          label={said.kind}
          help={said.kindHelp}
          value={kind}
          onValue={setKind}
          options={(['local', 'oidc', 'http'] as const).map((value) => ({ value, label: said[value] }))}
        />
      </form>
      <AsCommand
        berth={`berth group create ${quoted(name.trim() || 'NAME')}${typeFlag}`}
        api={curl('POST', '/api/v2.0/usergroups', user?.username ?? '', body)}
      />
    </Dialog>
  );
}
