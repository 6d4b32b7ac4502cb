import { Fragment, type ReactNode, useState } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useCan } from '../../../api/use-can.ts';
import { listQuery, useList } from '../../../api/use-list.ts';
import { Button, LinkButton } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import type { PageProps } from '../../../ui/navigation/page.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { Icon } from '../../../ui/show/icon.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { formatNumber, timeOf } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { curl } from '../parts/curl.ts';
import { Ending } from '../parts/ending.tsx';
import { Holder } from '../parts/holder.tsx';
import { readHolder } from '../parts/read-holder.ts';
import { roleName } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { GrantForm } from '../project/grant-form.tsx';
import { projectAccessTexts } from '../project/text.ts';
import { useManaging } from '../project/use-managing.ts';
import { accessTitles } from '../text.ts';
import { GrantsInPart } from './grants-in-part.tsx';
import { whoMayTexts } from './text.ts';

type Allowed = Row<'GET /api/berth/v1/access'>;

const actions = ['pull', 'push', 'delete'] as const;
const defaults = { page: '1', sort: '', q: '', action: 'any' };

/** Who may do what with one repository, or with all of a project. */
export function WhoMayPage({ params: { project = '', repository } }: PageProps): ReactNode {
  const where = repository === undefined ? project : `${project}/${repository}`;
  const said = useTexts(whoMayTexts);
  const access = useTexts(projectAccessTexts);
  const parts = useTexts(partsTexts);
  const state = useListState(defaults);
  const action = actions.find((each) => each === state.search.action);
  const [giving, setGiving] = useState(false);
  const query = { where, ...(action === undefined ? {} : { action }) };
  const mayList = useCan(project)('member:list');
  const { data, error, refetch } = useList(
    'GET /api/berth/v1/access',
    { query: { ...query, page: state.page, page_size: state.pageSize } },
    { enabled: mayList === true },
  );
  const { user } = useSession();
  const { whyNot } = useManaging(project);
  const columns = useColumns({ where, project, action: action ?? 'push' });
  if (mayList === false) return <OwnActions where={where} />;
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return (
    <>
      {/* Of a repository the tabs' head is drawn around. */}
      {repository === undefined ? <Head project={project} /> : null}
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery('GET /api/berth/v1/access', { query: { page: 1, page_size: 1, where } })}
        filters={[
          {
            key: 'action',
            label: said.action,
            options: [
              { value: 'any', label: said.anything },
              ...actions.map((value) => ({ value, label: parts[value] })),
            ],
          },
        ]}
        actions={
          <>
            <LinkButton to={pathOf('/p/:project/access', { project })}>{said.grants}</LinkButton>
            <Button look="primary" icon="plus" whyNot={whyNot} onClick={() => setGiving(true)}>
              {access.give}
            </Button>
          </>
        }
      >
        <DataTable
          label={said.title}
          columns={columns}
          rows={data?.rows}
          keyOf={({ kind = '', who = '', group_id: groupId = 0 }) => `${kind} ${who} ${groupId}`}
          empty={<Empty title={said.nobody}>{said.nobodyText}</Empty>}
        />
      </ListFrame>
      <p className="meta">{said.limits}</p>
      {repository === undefined ? <GrantsInPart project={project} /> : null}
      <AsCommand
        berth={`berth access who ${quoted(where)}${action === undefined ? '' : ` --action ${action}`}`}
        api={curl(
          'GET',
          `/api/berth/v1/access?${new URLSearchParams(query).toString()}`,
          user?.username ?? '',
        )}
      />
      {giving ? (
        <GrantForm project={project} proposed={{ where, role: 'pull' }} onClose={() => setGiving(false)} />
      ) : null}
    </>
  );
}

/** For who may not see who else may. */
function OwnActions({ where }: { readonly where: string }): ReactNode {
  const said = useTexts(whoMayTexts);
  const access = useTexts(projectAccessTexts);
  const can = useCan(where);
  const heads = { pull: said.pull, push: said.push, delete: said.delete };
  if (can('repository:pull') === undefined) return <Skeleton lines={4} />;
  return (
    <>
      <p className="banner info">{access.ownOnly}</p>
      <section className="card">
        <h2>{said.own}</h2>
        <dl className="details">
          {actions.map((action) => (
            <Fragment key={action}>
              <dt>{heads[action]}</dt>
              <dd>{can(`repository:${action}`) === true ? said.yes : said.no}</dd>
            </Fragment>
          ))}
        </dl>
      </section>
    </>
  );
}

function Head({ project }: { readonly project: string }): ReactNode {
  const titles = useTexts(accessTitles);
  const said = useTexts(whoMayTexts);
  const crumbs = [
    { to: '/p', label: said.projects },
    { to: pathOf('/p/:project', { project }), label: project },
    { to: pathOf('/p/:project/access', { project }), label: titles.access },
  ];
  return <PageHead crumbs={crumbs} title={titles.whoMay} />;
}

interface Asked {
  readonly where: string;
  readonly project: string;
  /** What is asked of somebody when the row is explained. */
  readonly action: string;
}

function useColumns({ where, project, action }: Asked): readonly Column<Allowed>[] {
  const said = useTexts(whoMayTexts);
  const parts = useTexts(partsTexts);
  const { language } = useLanguage();
  const heads = { pull: said.pull, push: said.push, delete: said.delete };
  const nameOf = ({ kind, who = '', count = 0 }: Allowed): string => {
    if (kind === 'everyone') return said.everyone;
    return kind === 'system' ? said.system(formatNumber(count, language)) : readHolder(who).name;
  };
  return [
    {
      id: 'who',
      header: parts.who,
      cell: (row) => (
        <span className="who">
          {row.who === undefined ? (
            <span className="strong" title={row.kind === 'system' ? said.systemText : undefined}>
              {nameOf(row)}
            </span>
          ) : (
            <Holder who={row.who} groupId={row.group_id} project={project} />
          )}
          {row.off === true ? (
            <Badge kind="warning">{hasEnded(row) ? said.ended : said.disabled}</Badge>
          ) : null}
        </span>
      ),
    },
    ...actions.map((each) => ({
      id: each,
      header: heads[each],
      cell: (row: Allowed) => (
        <May
          may={row.off !== true && row.actions?.includes(each) === true}
          tags={row.for_tags?.find(({ action: limited }) => limited === each)?.tags}
          yes={said.may(nameOf(row), parts[each])}
          no={said.mayNot(nameOf(row), parts[each])}
        />
      ),
    })),
    { id: 'by', header: said.by, cell: (row) => <By row={row} project={project} /> },
    {
      id: 'ends',
      header: parts.ends,
      priority: 2,
      cell: ({ by = [], expires_at: own }) => {
        const [first] = [
          ...(own === undefined ? [] : [own]),
          ...by.flatMap(({ expires_at: at }) => at ?? []),
        ].toSorted();
        return by.length === 0 ? null : <Ending at={first} />;
      },
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: ({ kind, who = '' }) =>
        kind === 'user' || kind === 'robot' ? (
          <Link
            className="button small"
            aria-label={said.explainOf(readHolder(who).name)}
            to={`/access/explain?${new URLSearchParams({ who, action, where }).toString()}`}
          >
            {said.explain}
          </Link>
        ) : null,
    },
  ];
}

/** Of what cannot be used: it is at its end, not disabled. */
function hasEnded({ expires_at: end }: Allowed): boolean {
  return (timeOf(end) ?? Infinity) <= Date.now();
}

/** A tick or a dash, which say whole sentences to those who do not see them. */
function May(props: {
  readonly may: boolean;
  /** For these only; undefined: for all. */
  readonly tags: readonly string[] | undefined;
  readonly yes: string;
  readonly no: string;
}): ReactNode {
  const { may, tags, yes, no } = props;
  const said = useTexts(whoMayTexts);
  return (
    <span className="may-of">
      <span className={may ? 'may' : 'muted'} title={may ? yes : no}>
        {may ? <Icon name="check" /> : <span aria-hidden="true">–</span>}
        <span className="unseen">{may ? yes : no}</span>
      </span>
      {may && tags !== undefined ? <span className="muted">{said.forTags(tags.join(', '))}</span> : null}
    </span>
  );
}

function By({ row, project }: { readonly row: Allowed; readonly project: string }): ReactNode {
  const said = useTexts(whoMayTexts);
  const parts = useTexts(partsTexts);
  const { kind, by = [] } = row;
  if (kind === 'everyone') return said.isPublic;
  if (by.length === 0) return said.bySystem;
  return (
    <ul className="plain by">
      {by.map(({ id, who = '', role = '', where = '', tag }) => {
        const place = where === 'system' ? parts.everywhere : where === project ? parts.wholeProject : where;
        const text = `${place}${tag === undefined ? '' : `:${tag}`}`;
        return (
          <li key={id}>
            <Badge>{kind === 'robot' ? parts.robot : roleName(role, parts)}</Badge>{' '}
            {where === 'system' || kind === 'robot' ? (
              text
            ) : (
              <Link to={`${pathOf('/p/:project/access', { project })}?q=${encodeURIComponent(who)}`}>
                {text}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
