import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { listQuery, useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { LongName } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { kindName } from './kind-name.ts';
import { NewGroup } from './new-group.tsx';
import { groupsTexts } from './text.ts';

type Group = Row<'GET /api/v2.0/usergroups'>;

const defaults = { page: '1', sort: '', q: '' };

export function GroupsPage(): ReactNode {
  const said = useTexts(groupsTexts);
  const state = useListState(defaults);
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useList('GET /api/v2.0/usergroups', {
    query: { page: state.page, page_size: state.pageSize, group_name: state.filter.trim() },
  });
  const columns: readonly Column<Group>[] = [
    {
      id: 'name',
      header: said.name,
      ordered: 'ascending',
      cell: ({ id = 0, group_name: name = '' }) => (
        <Link to={pathOf('/access/groups/:group', { group: String(id) })} className="strong">
          <LongName name={name} />
        </Link>
      ),
    },
    { id: 'kind', header: said.kind, cell: ({ group_type: type }) => kindName(type, said) },
  ];
  const create = (
    <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
      {said.newGroup}
    </Button>
  );
  return (
    <>
      <PageHead title={said.title} actions={error === null ? create : undefined} />
      {error === null ? (
        <ListFrame
          state={state}
          total={data?.total}
          unfiltered={listQuery('GET /api/v2.0/usergroups', { query: { page: 1, page_size: 1 } })}
          filterLabel={said.filter}
        >
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
          />
        </ListFrame>
      ) : (
        <Failure error={error} onAgain={() => void refetch()} />
      )}
      {making ? <NewGroup onClose={() => setMaking(false)} /> : null}
    </>
  );
}
