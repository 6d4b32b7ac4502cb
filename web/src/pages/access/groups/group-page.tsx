import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange, useDeparture } from '../../../api/use-change.ts';
import { useAnswer } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { navigate } from '../../../ui/navigation/location.ts';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { GrantsOf } from '../parts/grants-of.tsx';
import { kindName } from './kind-name.ts';
import { Members } from './members.tsx';
import { groupsTexts } from './text.ts';

export function GroupPage({ params: { group = '' } }: PageProps): ReactNode {
  const said = useTexts(groupsTexts);
  const [doing, setDoing] = useState<'rename' | 'delete'>();
  const id = Number(group);
  const { data, error, refetch } = useAnswer('GET /api/v2.0/usergroups/{group_id}', {
    path: { group_id: id },
  });
  const crumbs = [{ to: '/access/groups', label: said.title }];
  if (data === undefined)
    return (
      <>
        <PageHead crumbs={crumbs} title={group} />
        {error === null ? <Skeleton lines={8} /> : <Failure error={error} onAgain={() => void refetch()} />}
      </>
    );
  const { group_name: name = '', group_type: type } = data;
  const close = (): void => setDoing(undefined);
  return (
    <>
      <PageHead
        crumbs={crumbs}
        title={name}
        facts={<Badge>{kindName(type, said)}</Badge>}
        actions={
          <>
            <Button onClick={() => setDoing('rename')}>{said.rename}</Button>
            <Button look="danger" onClick={() => setDoing('delete')}>
              {said.deleteGroup}
            </Button>
          </>
        }
      />
      <div className="stack">
        <Members groupId={id} name={name} />
        <GrantsOf who={`group:${name}`} />
      </div>
      {doing === 'rename' ? <Rename id={id} name={name} type={type} onClose={close} /> : null}
      {doing === 'delete' ? <Delete id={id} name={name} onClose={close} /> : null}
    </>
  );
}

interface DoingProps {
  readonly id: number;
  readonly name: string;
  readonly onClose: () => void;
}

function Rename(props: DoingProps & { readonly type: number | undefined }): ReactNode {
  const { id, name, type = 0, onClose } = props;
  const said = useTexts(groupsTexts);
  const { user } = useSession();
  const [next, setNext] = useState(name);
  const rename = useChange('PUT /api/v2.0/usergroups/{group_id}');
  const body = { group_name: next.trim(), group_type: type };
  return (
    <ConfirmChange
      title={said.rename}
      effect={said.renameText}
      undo={said.renameUndo}
      action={said.rename}
      look="primary"
      busy={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onConfirm={() => rename.mutate({ path: { group_id: id }, body }, { onSuccess: onClose })}
    >
      <TextField label={said.name} value={next} onValue={setNext} autoComplete="off" />
      <AsCommand
        berth={`berth group rename ${quoted(name)} ${quoted(next.trim() || 'NAME')}`}
        api={curl('PUT', `/api/v2.0/usergroups/${id}`, user?.username ?? '', body)}
      />
    </ConfirmChange>
  );
}

function Delete({ id, name, onClose }: DoingProps): ReactNode {
  const said = useTexts(groupsTexts);
  const { user } = useSession();
  const remove = useDeparture('DELETE /api/v2.0/usergroups/{group_id}', () => navigate('/access/groups'));
  return (
    <ConfirmChange
      title={`${said.deleteGroup} ${name}`}
      effect={said.deleteText(name)}
      undo={said.deleteUndo}
      action={said.deleteGroup}
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate({ path: { group_id: id } })}
    >
      <AsCommand
        berth={`berth group delete ${quoted(name)}`}
        api={curl('DELETE', `/api/v2.0/usergroups/${id}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
