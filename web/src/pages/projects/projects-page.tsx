import { type ReactNode, useState } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useSession } from '../../api/session.tsx';
import { listQuery, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Count, LongName, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { kinds, projectsDefaults, projectsInput, projectsKey } from './ahead.ts';
import { NewProject } from './new-project.tsx';
import { projectsTexts } from './text.ts';

type Project = Row<typeof projectsKey>;

export function ProjectsPage(): ReactNode {
  const said = useTexts(projectsTexts);
  const { user } = useSession();
  const state = useListState(projectsDefaults);
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useList(projectsKey, projectsInput(state));
  const columns = useColumns();
  const create = (
    <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
      {said.newProject}
    </Button>
  );
  return (
    <>
      <PageHead title={said.title} actions={user === undefined ? undefined : create} />
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery(projectsKey, { query: { page: 1, page_size: 1 } })}
        filterLabel={said.filter}
        filters={[
          {
            key: 'access',
            label: said.access,
            options: kinds.map((value) => ({ value, label: said[value] })),
          },
        ]}
      >
        {error === null ? (
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ name }) => name ?? ''}
            state={state}
            empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
          />
        ) : (
          <Failure error={error} onAgain={() => void refetch()} />
        )}
      </ListFrame>
      {making ? <NewProject onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function useColumns(): readonly Column<Project>[] {
  const said = useTexts(projectsTexts);
  const { user } = useSession();
  const { language } = useLanguage();
  // Harbor's numbers.
  const roles = [
    '',
    said.roleProjectAdmin,
    said.roleDeveloper,
    said.roleGuest,
    said.roleMaintainer,
    said.roleLimitedGuest,
  ];
  const role: Column<Project> = {
    id: 'role',
    header: said.role,
    priority: 2,
    cell: ({ role_id: id = 0, whole, repository_count: count = 0 }) =>
      roles[id] || (
        <span className="muted">
          {whole === false ? said.ofSome(formatNumber(count, language)) : said.noRole}
        </span>
      ),
  };
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: ({ name = '', whole }) => (
        <>
          <Link to={pathOf('/p/:project', { project: name })} className="strong">
            <LongName name={name} />
          </Link>
          {whole === false ? (
            <>
              {' '}
              <Badge title={said.inPartTitle}>{said.inPart}</Badge>
            </>
          ) : null}
        </>
      ),
    },
    {
      id: 'access',
      header: said.access,
      cell: ({ public: open }) =>
        open === true ? <Badge kind="info">{said.public}</Badge> : <Badge>{said.private}</Badge>,
    },
    ...(user === undefined ? [] : [role]),
    {
      id: 'repositories',
      header: said.repositories,
      end: true,
      cell: ({ repository_count: count }) => <Count value={count} />,
    },
    {
      id: 'stored',
      header: said.stored,
      end: true,
      cell: ({ stored_bytes: bytes }) => <Size bytes={bytes} />,
    },
    {
      id: 'changed',
      header: said.changed,
      sort: '-update_time',
      cell: ({ update_time: at }) => <Time at={at} />,
    },
    {
      id: 'created',
      header: said.created,
      sort: '-creation_time',
      priority: 3,
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
  ];
}
