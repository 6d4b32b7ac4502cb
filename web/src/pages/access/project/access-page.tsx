import { type ReactNode, useState } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { listQuery, useAnswer, useList } from '../../../api/use-list.ts';
import { Button, DeleteButton, LinkButton } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import type { ListFilter } from '../../../ui/table/list-filter.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { blankAfter } from '../../../ui/text/blank-after.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { type Grant, useGrantColumns } from '../parts/grant-columns.tsx';
import { RevokeGrant } from '../parts/revoke-grant.tsx';
import { actionSets, projectRoles, roleName } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { GrantForm } from './grant-form.tsx';
import { projectAccessTexts } from './text.ts';
import { useManaging } from './use-managing.ts';

const defaults = { page: '1', sort: '', q: '', role: 'any' };

type Doing = 'give' | { readonly change: Grant } | { readonly revoke: Grant } | undefined;

export function AccessPage({ params }: PageProps): ReactNode {
  const { project = '' } = params;
  const said = useTexts(projectAccessTexts);
  const state = useListState(defaults);
  const [doing, setDoing] = useState<Doing>();
  const { role } = state.search;
  const { data, error, refetch } = useList('GET /api/berth/v1/grants', {
    query: {
      project,
      page: state.page,
      page_size: state.pageSize,
      holder_contains: state.filter.trim(),
      role: role === 'any' ? '' : role,
    },
  });
  const { whyNot, seesAll } = useManaging(project);
  const columns = useColumns(project, whyNot, setDoing);
  const ofRole = useRoleFilter(role);
  const explainPath = `/access/explain?where=${encodeURIComponent(project)}`;
  return (
    <>
      {seesAll ? null : <p className="banner info">{said.ownOnly}</p>}
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery('GET /api/berth/v1/grants', { query: { page: 1, page_size: 1, project } })}
        filterLabel={said.filter}
        filters={[ofRole]}
        actions={
          <>
            <span className="only-wide">
              <LinkButton to={pathOf('/p/:project/access/who', { project })}>{said.whoMay}</LinkButton>
              <LinkButton to={explainPath} icon="info">
                {said.explain}
              </LinkButton>
            </span>
            <Button look="primary" icon="plus" whyNot={whyNot} onClick={() => setDoing('give')}>
              {said.give}
            </Button>
          </>
        }
      >
        {error === null ? (
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            empty={<Empty title={said.none}>{said.noneText}</Empty>}
          />
        ) : (
          <Failure error={error} onAgain={() => void refetch()} />
        )}
      </ListFrame>
      <p className="only-narrow access-more">
        <Link to={pathOf('/p/:project/access/who', { project })}>{said.whoMay}</Link>
        <Link to={explainPath}>{said.explain}</Link>
      </p>
      <p className="meta">
        {said.byRobot}
        {blankAfter(said.byRobot)}
        <Link to={pathOf('/p/:project/robots', { project })}>{said.robots}</Link>
      </p>
      <Doings project={project} doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );
}

function Doings(props: {
  readonly project: string;
  readonly doing: Doing;
  readonly onClose: () => void;
}): ReactNode {
  const { project, doing, onClose } = props;
  if (doing === undefined) return null;
  if (doing === 'give') return <GrantForm project={project} onClose={onClose} />;
  if ('change' in doing) return <GrantForm project={project} before={doing.change} onClose={onClose} />;
  return <RevokeGrant grant={doing.revoke} onClose={onClose} />;
}

/** @param chosen as it stands in the address: of it the server is asked, whether it knows it or not */
function useRoleFilter(chosen: string): ListFilter<'role'> {
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const { data = [] } = useAnswer('GET /api/berth/v1/roles', {});
  const own = data.flatMap(({ name = '', level, built_in: builtIn }) =>
    level === 'project' && builtIn !== true ? [name] : [],
  );
  const names = new Set([...projectRoles, ...actionSets, ...own, chosen]);
  names.delete('any');
  return {
    key: 'role',
    label: said.roleFilter,
    options: [
      { value: 'any', label: said.anyRole },
      ...[...names].map((value) => ({ value, label: roleName(value, parts) })),
    ],
  };
}

function useColumns(
  project: string,
  whyNot: string | undefined,
  onDo: (doing: Doing) => void,
): readonly Column<Grant>[] {
  const said = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const { who, rest } = useGrantColumns(project);
  const actions: Column<Grant> = {
    id: 'actions',
    header: '',
    actions: true,
    cell: (grant) => (
      <>
        <Button
          small
          whyNot={whyNot}
          aria-label={said.changeOf(grant.who ?? '')}
          onClick={() => onDo({ change: grant })}
        >
          {said.change}
        </Button>
        <DeleteButton
          whyNot={whyNot}
          label={parts.revokeOf(roleName(grant.role ?? '', parts), grant.who ?? '')}
          onClick={() => onDo({ revoke: grant })}
        >
          {parts.revoke}
        </DeleteButton>
      </>
    ),
  };
  return [...who, ...rest, actions];
}
