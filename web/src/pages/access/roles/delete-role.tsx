import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { AsCommand } from '../parts/as-command.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { curl, quote } from '../parts/quote.ts';
import { rolesTexts } from './text.ts';

export function DeleteRole(props: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const { name, onClose } = props;
  const said = useTexts(rolesTexts);
  const { user } = useSession();
  const remove = useChange('DELETE /api/berth/v1/roles/{role_name}');
  return (
    <Confirm
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
        berth={`berth role delete ${quote(name)}`}
        api={curl('DELETE', `/api/berth/v1/roles/${name}`, user?.username ?? '')}
      />
    </Confirm>
  );
}
