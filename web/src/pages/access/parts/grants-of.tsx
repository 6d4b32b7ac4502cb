import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useList } from '../../../api/use-list.ts';
import { DeleteButton } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { Pager } from '../../../ui/table/pager.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type Grant, useGrantColumns } from './grant-columns.tsx';
import { readHolder } from './read-holder.ts';
import { RevokeGrant } from './revoke-grant.tsx';
import { roleName } from './role-name.ts';
import { partsTexts } from './text.ts';

const pageSize = 20;

interface GrantsOfProps {
  readonly who: string;
  /** They look at it themselves, and take nothing back. */
  readonly own?: boolean;
}

const isWhere = ({ id }: Column<Grant>): boolean => id === 'where';

/** All that somebody was given, wherever; of an account also what its groups have. */
export function GrantsOf({ who, own = false }: GrantsOfProps): ReactNode {
  const said = useTexts(partsTexts);
  const isAccount = readHolder(who).kind === 'user';
  const [page, setPage] = useState(1);
  const [revoked, setRevoked] = useState<Grant>();
  const { data, error, refetch } = useList('GET /api/berth/v1/grants', {
    query: { holder: who, ...(isAccount ? { through_groups: true } : {}), page, page_size: pageSize },
  });
  const { rest, through } = useGrantColumns();
  const actions: Column<Grant> = {
    id: 'actions',
    header: '',
    actions: true,
    // What a group has is taken from all of it, on its page.
    cell: (grant) =>
      grant.who === who ? (
        <DeleteButton
          label={said.revokeOf(roleName(grant.role ?? '', said), grant.where ?? '')}
          onClick={() => setRevoked(grant)}
        >
          {said.revoke}
        </DeleteButton>
      ) : null,
  };
  const columns: readonly Column<Grant>[] = [
    ...rest.filter(isWhere),
    ...(isAccount ? through : []),
    ...rest.filter((column) => !isWhere(column)),
    ...(own ? [] : [actions]),
  ];
  return (
    <section className="card">
      <h2>{said.grants}</h2>
      {error === null ? (
        <DataTable
          label={said.grants}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          empty={<Empty title={said.noGrants}>{said.noGrantsText}</Empty>}
        />
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      <Pager page={page} pageSize={pageSize} total={data?.total} onPage={setPage} />
      {revoked === undefined ? null : <RevokeGrant grant={revoked} onClose={() => setRevoked(undefined)} />}
    </section>
  );
}
