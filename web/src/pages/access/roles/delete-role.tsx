import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { rolesTexts } from './text.ts';

export function DeleteRole(props: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const { name, onClose } = props;
  const said = useTexts(rolesTexts);
  const { user } = useSession();
  const remove = useChange('DELETE /api/berth/v1/roles/{role_name}');
  return (
    <ConfirmChange
      title={said.deleteOf(name)}
      effect={said.deleteText}
      undo={said.deleteUndo}
      action={said.delete}
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate({ path: { role_name: name } }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={`berth role delete ${quoted(name)}`}
        api={curl('DELETE', `/api/berth/v1/roles/${name}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
