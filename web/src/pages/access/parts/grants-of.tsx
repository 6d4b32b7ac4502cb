import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { Pager } from '../../../ui/table/pager.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type Grant, useGrantColumns } from './grant-columns.tsx';
import { RevokeGrant } from './revoke-grant.tsx';
import { roleName } from './role-name.ts';
import { partsTexts } from './text.ts';

const pageSize = 20;

interface GrantsOfProps {
  readonly who: string;
  /** They look at it themselves, and take nothing back. */
  readonly own?: boolean;
}

/** All that somebody was given, wherever. */
export function GrantsOf({ who, own = false }: GrantsOfProps): ReactNode {
  const said = useTexts(partsTexts);
  const [page, setPage] = useState(1);
  const [revoked, setRevoked] = useState<Grant>();
  const { data, error, refetch } = useList('GET /api/berth/v1/grants', {
    query: { holder: who, page, page_size: pageSize },
  });
  const { rest } = useGrantColumns();
  const actions: Column<Grant> = {
    id: 'actions',
    header: '',
    actions: true,
    cell: (grant) => (
      <Button
        small
        aria-label={said.revokeOf(roleName(grant.role ?? '', said), grant.where ?? '')}
        onClick={() => setRevoked(grant)}
      >
        {said.revoke}
      </Button>
    ),
  };
  const columns: readonly Column<Grant>[] = [
    ...rest.toSorted((a, b) => Number(b.id === 'where') - Number(a.id === 'where')),
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
