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
import { ChoiceList } from '../parts/choice-list.tsx';
import { curl } from '../parts/curl.ts';
import { partsTexts } from '../parts/text.ts';
import type { Role } from './role.ts';
import { rolesTexts } from './text.ts';

const formId = 'role';

interface RoleFormProps {
  /** All that there are: the strongest of each level has every permission of it. */
  readonly roles: readonly Role[];
  /** Undefined: a new one. */
  readonly before?: Role;
  readonly onClose: () => void;
}

export function RoleForm({ roles, before, onClose }: RoleFormProps): ReactNode {
  const said = useTexts(rolesTexts);
  const parts = useTexts(partsTexts);
  const failureText = useFailureText();
  const { user } = useSession();
  const [name, setName] = useState(before?.name ?? '');
  const [level, setLevel] = useState<'project' | 'system'>(before?.level === 'system' ? 'system' : 'project');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(before?.permissions));
  const create = useChange('POST /api/berth/v1/roles');
  const update = useChange('PUT /api/berth/v1/roles/{role_name}');
  const strongest = roles.find(
    (role) => role.name === (level === 'project' ? 'projectAdmin' : 'system-admin'),
  );
  const permissions = [...chosen].toSorted();
  const isNew = before === undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isNew) create.mutate({ body: { name: name.trim(), level, permissions } }, { onSuccess: onClose });
    else update.mutate({ path: { role_name: name }, body: { permissions } }, { onSuccess: onClose });
  };
  const error = create.error ?? update.error;
  const path = '/api/berth/v1/roles';
  const username = user?.username ?? '';
  return (
    <Dialog
      wide
      title={isNew ? said.newRole : said.changeOf(name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{parts.cancel}</Button>
          <Button look="primary" submit form={formId} busy={create.isPending || update.isPending}>
            {isNew ? said.create : said.save}
          </Button>
        </>
      }
    >
      {isNew ? null : <p>{said.changeText}</p>}
      <form id={formId} className="form" onSubmit={submit}>
        {isNew ? (
          <div className="pair">
            <TextField
              label={said.name}
              help={said.nameHelp}
              value={name}
              onValue={setName}
              required
              autoFocus
              autoComplete="off"
            />
            <SelectField
              label={said.level}
              value={level}
              onValue={(next) => {
                setLevel(next);
                setChosen(new Set());
              }}
              options={(['project', 'system'] as const).map((value) => ({ value, label: said[value] }))}
            />
          </div>
        ) : null}
        <ChoiceList
          label={said.rights}
          options={strongest?.permissions ?? []}
          chosen={chosen}
          onChosen={setChosen}
        />
      </form>
      {error === null ? null : (
        <p className="problem" role="alert">
          {failureText(error)}
        </p>
      )}
      <AsCommand
        berth={commandOf({ name: name.trim(), level, permissions, isNew })}
        api={
          isNew
            ? curl('POST', path, username, { name: name.trim(), level, permissions })
            : curl('PUT', `${path}/${name}`, username, { permissions })
        }
      />
    </Dialog>
  );
}

function commandOf(role: {
  readonly name: string;
  readonly level: string;
  readonly permissions: readonly string[];
  readonly isNew: boolean;
}): string {
  const { name, level, permissions, isNew } = role;
  const rights = permissions.map((permission) => `--permission ${permission}`);
  const verb = isNew ? 'create' : 'update';
  return ['berth role', verb, quoted(name || 'NAME'), ...(isNew ? [`--level ${level}`] : []), ...rights].join(
    ' ',
  );
}
