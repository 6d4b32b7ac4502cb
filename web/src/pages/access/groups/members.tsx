import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure, useFailureText } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { useToast } from '../../../ui/feedback/toast.tsx';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { Time } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { Pager } from '../../../ui/table/pager.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { Holder } from '../parts/holder.tsx';
import { groupsTexts } from './text.ts';

type Member = Row<'GET /api/berth/v1/groups/{group_id}/members'>;

const pageSize = 20;

interface MembersProps {
  readonly groupId: number;
  readonly name: string;
}

export function Members({ groupId, name }: MembersProps): ReactNode {
  const said = useTexts(groupsTexts);
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useList('GET /api/berth/v1/groups/{group_id}/members', {
    path: { group_id: groupId },
    query: { page, page_size: pageSize },
  });
  const columns = useColumns(groupId);
  return (
    <section className="card stack">
      <h2>{said.members}</h2>
      <AddMember groupId={groupId} name={name} />
      {error === null ? (
        <DataTable
          label={said.members}
          columns={columns}
          rows={data?.rows}
          keyOf={({ user_id: id }) => String(id)}
          empty={<Empty title={said.noMembers}>{said.noMembersText}</Empty>}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <Pager page={page} pageSize={pageSize} total={data?.total} onPage={setPage} />
    </section>
  );
}

function useColumns(groupId: number): readonly Column<Member>[] {
  const said = useTexts(groupsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const add = useChange('POST /api/berth/v1/groups/{group_id}/members');
  const remove = useChange('DELETE /api/berth/v1/groups/{group_id}/members/{user_id}');
  const path = { group_id: groupId };
  const take = ({ user_id: id = 0, username = '' }: Member): void =>
    remove.mutate(
      { path: { ...path, user_id: id } },
      {
        onSuccess: () =>
          toast({
            text: said.removed(username),
            action: { label: said.undo, onChoose: () => add.mutate({ path, body: { user_id: id } }) },
          }),
        onError: (error) => toast({ kind: 'danger', text: failureText(error) }),
      },
    );
  return [
    {
      id: 'name',
      header: said.member,
      ordered: 'ascending',
      cell: ({ username = '' }) => <Holder who={username} />,
    },
    {
      id: 'source',
      header: said.source,
      cell: ({ source }) => (source === 'local' ? said.added : source?.toUpperCase()),
    },
    { id: 'since', header: said.since, cell: ({ creation_time: at }) => <Time at={at} /> },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (member) => (
        <Button small aria-label={said.removeOf(member.username ?? '')} onClick={() => take(member)}>
          {said.remove}
        </Button>
      ),
    },
  ];
}

function AddMember({ groupId, name }: MembersProps): ReactNode {
  const said = useTexts(groupsTexts);
  const failureText = useFailureText();
  const { user } = useSession();
  const [username, setUsername] = useState('');
  const add = useChange('POST /api/berth/v1/groups/{group_id}/members');
  const body = { username: username.trim() };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    add.mutate({ path: { group_id: groupId }, body }, { onSuccess: () => setUsername('') });
  };
  return (
    <>
      <form className="inline-form" onSubmit={submit}>
        <TextField
          label={said.addLabel}
          value={username}
          onValue={setUsername}
          problem={add.error === null ? undefined : failureText(add.error)}
          required
          autoComplete="off"
        />
        <Button submit icon="plus" busy={add.isPending}>
          {said.add}
        </Button>
      </form>
      <AsCommand
        berth={`berth group add ${quoted(name)} ${quoted(username.trim() || 'USER')}`}
        api={curl('POST', `/api/berth/v1/groups/${groupId}/members`, user?.username ?? '', body)}
      />
    </>
  );
}
