import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { useAnswer, useList } from '../../../api/use-list.ts';
import { Button, DeleteButton } from '../../../ui/controls/button.tsx';
import { SelectField, TextField } from '../../../ui/controls/field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { useSearchState } from '../../../ui/navigation/use-search-state.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { Pager } from '../../../ui/table/pager.tsx';
import { Total } from '../../../ui/table/total.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import { type Grant, useGrantColumns } from '../parts/grant-columns.tsx';
import { RevokeGrant } from '../parts/revoke-grant.tsx';
import { roleName, systemRoles } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { rolesTexts } from './text.ts';

const pageSize = 20;
const defaults = { holders: 'system-admin', page: '1' };

/** Who has which role of the system; one role at a time, as the server lists them. */
export function SystemHolders(): ReactNode {
  const said = useTexts(rolesTexts);
  const parts = useTexts(partsTexts);
  const [search, set] = useSearchState(defaults);
  const [giving, setGiving] = useState(false);
  const [revoked, setRevoked] = useState<Grant>();
  const roles = useSystemRoles();
  const role = roles.find((each) => each === search.holders) ?? defaults.holders;
  const page = Math.max(1, Math.trunc(Number(search.page)) || 1);
  const { data, error, refetch } = useList('GET /api/berth/v1/grants', {
    query: { role, page, page_size: pageSize },
  });
  const { who, rest } = useGrantColumns();
  const columns: readonly Column<Grant>[] = [
    ...who,
    ...rest.filter(({ id }) => id !== 'tags'),
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (grant) => (
        <DeleteButton
          label={parts.revokeOf(roleName(role, parts), grant.who ?? '')}
          onClick={() => setRevoked(grant)}
        >
          {parts.revoke}
        </DeleteButton>
      ),
    },
  ];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{said.holders}</h2>
        <Button icon="plus" onClick={() => setGiving(true)}>
          {said.give}
        </Button>
      </div>
      <div className="list-bar">
        <SelectField
          quiet
          label={said.name}
          value={role}
          onValue={(holders) => set({ holders, page: '1' })}
          options={roles.map((value) => ({ value, label: roleName(value, parts) }))}
        />
        <Total total={data?.total} filtered={false} />
      </div>
      {error === null ? (
        <DataTable
          label={said.holders}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          empty={<Empty title={said.noHolders} />}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <Pager
        page={page}
        pageSize={pageSize}
        total={data?.total}
        onPage={(next) => set({ page: String(next) })}
      />
      {giving ? <GiveSystemRole role={role} roles={roles} onClose={() => setGiving(false)} /> : null}
      {revoked === undefined ? null : <RevokeGrant grant={revoked} onClose={() => setRevoked(undefined)} />}
    </section>
  );
}

/** Those that every registry has, and the own ones of the system. */
function useSystemRoles(): readonly string[] {
  const { data = [] } = useAnswer('GET /api/berth/v1/roles', {});
  const own = data.flatMap(({ name = '', level, built_in: builtIn }) =>
    level === 'system' && builtIn !== true ? [name] : [],
  );
  return [...systemRoles, ...own];
}

interface GiveProps {
  readonly role: string;
  readonly roles: readonly string[];
  readonly onClose: () => void;
}

function GiveSystemRole({ role: first, roles, onClose }: GiveProps): ReactNode {
  const said = useTexts(rolesTexts);
  const parts = useTexts(partsTexts);
  const { user } = useSession();
  const [who, setWho] = useState('');
  const [role, setRole] = useState(first);
  const give = useChange('POST /api/berth/v1/grants');
  const body = { who: who.trim(), role, where: 'system' };
  return (
    <ConfirmChange
      title={said.give}
      effect={said.giveText(who.trim() || '…', roleName(role, parts))}
      undo={said.giveUndo}
      action={said.give}
      look="primary"
      busy={give.isPending}
      error={give.error}
      onClose={onClose}
      onConfirm={() => give.mutate({ body }, { onSuccess: onClose })}
    >
      <TextField
        label={said.who}
        help={said.whoHelp}
        value={who}
        onValue={setWho}
        autoFocus
        autoComplete="off"
      />
      <SelectField
        label={said.name}
        value={role}
        onValue={setRole}
        options={roles.map((value) => ({ value, label: roleName(value, parts) }))}
      />
      <AsCommand
        berth={`berth access grant ${quoted(body.who || 'NAME')} ${role} system`}
        api={curl('POST', '/api/berth/v1/grants', user?.username ?? '', body)}
      />
    </ConfirmChange>
  );
}
