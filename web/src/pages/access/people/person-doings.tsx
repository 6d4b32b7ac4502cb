import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { useSession } from '../../../api/session.tsx';
import { useChange, useDeparture } from '../../../api/use-change.ts';
import { TextField } from '../../../ui/controls/field.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { navigate } from '../../../ui/navigation/location.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { peopleTexts } from './text.ts';

export type PersonDoing = 'admin' | 'password' | 'switch' | 'delete' | undefined;

interface DoingProps {
  readonly account: Row<'GET /api/v2.0/users'>;
  readonly onClose: () => void;
}

export function PersonDoings({ doing, ...props }: DoingProps & { readonly doing: PersonDoing }): ReactNode {
  if (doing === 'admin') return <Administrator {...props} />;
  if (doing === 'password') return <Password {...props} />;
  if (doing === 'switch') return <Switch {...props} />;
  return doing === 'delete' ? <Delete {...props} /> : null;
}

function Administrator({ account, onClose }: DoingProps): ReactNode {
  const said = useTexts(peopleTexts);
  const { user } = useSession();
  const { user_id: id = 0, username = '', sysadmin_flag: isAdmin = false } = account;
  const change = useChange('PUT /api/v2.0/users/{user_id}/sysadmin');
  const body = { sysadmin_flag: !isAdmin };
  const verb = isAdmin ? 'revoke' : 'grant';
  return (
    <ConfirmChange
      title={isAdmin ? said.takeAdmin : said.makeAdmin}
      effect={isAdmin ? said.takeAdminText(username) : said.makeAdminText(username)}
      undo={said.adminUndo}
      action={isAdmin ? said.takeAdmin : said.makeAdmin}
      look={isAdmin ? 'danger' : 'primary'}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate({ path: { user_id: id }, body }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={`berth access ${verb} ${quoted(username)} system-admin system`}
        api={curl('PUT', `/api/v2.0/users/${id}/sysadmin`, user?.username ?? '', body)}
      />
    </ConfirmChange>
  );
}

function Password({ account, onClose }: DoingProps): ReactNode {
  const said = useTexts(peopleTexts);
  const toast = useToast();
  const { user } = useSession();
  const [password, setPassword] = useState('');
  const { user_id: id = 0, username = '' } = account;
  const change = useChange('PUT /api/v2.0/users/{user_id}/password');
  const done = (): void => {
    toast({ text: said.passwordSet(username) });
    onClose();
  };
  return (
    <ConfirmChange
      title={said.setPassword}
      effect={said.setPasswordText(username)}
      undo={said.passwordUndo}
      action={said.setPassword}
      look="primary"
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onConfirm={() =>
        change.mutate({ path: { user_id: id }, body: { new_password: password } }, { onSuccess: done })
      }
    >
      <TextField
        label={said.newPassword}
        help={said.passwordHelp}
        type="password"
        autoComplete="new-password"
        value={password}
        onValue={setPassword}
      />
      <AsCommand
        berth={`berth user passwd ${quoted(username)}`}
        api={curl('PUT', `/api/v2.0/users/${id}/password`, user?.username ?? '', { new_password: '…' })}
      />
    </ConfirmChange>
  );
}

function Switch({ account, onClose }: DoingProps): ReactNode {
  const said = useTexts(peopleTexts);
  const { user } = useSession();
  const { user_id: id = 0, username = '', disabled: isDisabled = false } = account;
  const change = useChange('PUT /api/berth/v1/users/{user_id}/disabled');
  const body = { disabled: !isDisabled };
  return (
    <ConfirmChange
      title={isDisabled ? said.enableOf(username) : said.disableOf(username)}
      effect={isDisabled ? said.enableText(username) : said.disableText(username)}
      undo={isDisabled ? said.enableUndo : said.disableUndo}
      action={isDisabled ? said.enable : said.disable}
      look={isDisabled ? 'primary' : 'danger'}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate({ path: { user_id: id }, body }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={`berth user ${isDisabled ? 'enable' : 'disable'} ${quoted(username)}`}
        api={curl('PUT', `/api/berth/v1/users/${id}/disabled`, user?.username ?? '', body)}
      />
    </ConfirmChange>
  );
}

function Delete({ account, onClose }: DoingProps): ReactNode {
  const said = useTexts(peopleTexts);
  const { user } = useSession();
  const { user_id: id = 0, username = '' } = account;
  const remove = useDeparture('DELETE /api/v2.0/users/{user_id}', () => navigate('/access/people'));
  return (
    <ConfirmChange
      title={`${said.deleteUser} ${username}`}
      effect={said.deleteText(username)}
      undo={said.deleteUndo}
      action={said.deleteUser}
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate({ path: { user_id: id } })}
    >
      <AsCommand
        berth={`berth user delete ${quoted(username)}`}
        api={curl('DELETE', `/api/v2.0/users/${id}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
