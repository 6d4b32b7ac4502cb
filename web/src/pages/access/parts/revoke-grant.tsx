import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from './confirm-change.tsx';
import { curl } from './curl.ts';
import type { Grant } from './grant-columns.tsx';
import { roleName } from './role-name.ts';
import { partsTexts } from './text.ts';

export function RevokeGrant({
  grant,
  onClose,
}: {
  readonly grant: Grant;
  readonly onClose: () => void;
}): ReactNode {
  const said = useTexts(partsTexts);
  const { user } = useSession();
  const revoke = useChange('DELETE /api/berth/v1/grants/{grant_id}');
  const { id = 0, who = '', role = '', where = '', tag } = grant;
  const name = roleName(role, said);
  const forTags = tag === undefined ? '' : ` --tag ${quoted(tag)}`;
  return (
    <ConfirmChange
      title={said.revokeOf(name, who)}
      effect={said.revokeText(who, name, where)}
      undo={said.revokeUndo}
      action={said.revoke}
      busy={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() => revoke.mutate({ path: { grant_id: id } }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={`berth access revoke ${quoted(who)} ${quoted(role)} ${quoted(where)}${forTags}`}
        api={curl('DELETE', `/api/berth/v1/grants/${id}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
