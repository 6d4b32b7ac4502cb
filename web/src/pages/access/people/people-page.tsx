import { type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { contains } from '../../../api/list-query.ts';
import { listQuery, useList } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge, LongName, Time } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { NewUser } from './new-user.tsx';
import { peopleTexts } from './text.ts';

type User = Row<'GET /api/v2.0/users'>;

const defaults = { page: '1', sort: 'username', q: '' };

export function PeoplePage(): ReactNode {
  const said = useTexts(peopleTexts);
  const state = useListState(defaults);
  const [making, setMaking] = useState(false);
  const q = contains('username_or_email', state.filter);
  const { data, error, refetch } = useList('GET /api/v2.0/users', {
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      first_administrator: true,
      ...(q === undefined ? {} : { q }),
    },
  });
  const columns = useColumns();
  if (error !== null)
    return (
      <>
        <PageHead title={said.title} />
        <Failure error={error} onAgain={() => void refetch()} />
      </>
    );
  return (
    <>
      <PageHead
        title={said.title}
        actions={
          <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
            {said.newUser}
          </Button>
        }
      />
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery('GET /api/v2.0/users', { query: { page: 1, page_size: 1 } })}
        filterLabel={said.filter}
      >
        <DataTable
          label={said.title}
          columns={columns}
          rows={data?.rows}
          keyOf={({ user_id: id }) => String(id)}
          state={state}
          empty={null}
        />
      </ListFrame>
      {making ? <NewUser onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function useColumns(): readonly Column<User>[] {
  const said = useTexts(peopleTexts);
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'username',
      cell: ({ username = '' }) => (
        <Link to={pathOf('/access/people/:user', { user: username })} className="strong">
          <LongName name={username} />
        </Link>
      ),
    },
    { id: 'person', header: said.person, sort: 'realname', priority: 2, cell: ({ realname }) => realname },
    { id: 'email', header: said.email, sort: 'email', cell: ({ email = '' }) => <LongName name={email} /> },
    {
      id: 'kind',
      header: said.kind,
      cell: ({ sysadmin_flag: admin, disabled }) => (
        <>
          {disabled === true ? (
            <Badge kind="warning">{said.disabled}</Badge>
          ) : (
            <Badge kind="ok">{said.enabled}</Badge>
          )}{' '}
          {admin === true ? <Badge kind="accent">{said.administrator}</Badge> : null}
        </>
      ),
    },
    {
      id: 'created',
      header: said.created,
      sort: '-creation_time',
      priority: 2,
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
  ];
}
