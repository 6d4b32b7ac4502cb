import type { ReactNode } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useSession } from '../../../api/session.tsx';
import { useList } from '../../../api/use-list.ts';
import { SelectField } from '../../../ui/controls/field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { useSearchState } from '../../../ui/navigation/use-search-state.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { PageHead } from '../../../ui/show/page-head.tsx';
import { Badge, LongName } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { Pager } from '../../../ui/table/pager.tsx';
import { Total } from '../../../ui/table/total.tsx';
import { formatEnd, timeOf } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { curl } from '../parts/curl.ts';
import { Ending } from '../parts/ending.tsx';
import { roleName } from '../parts/role-name.ts';
import { partsTexts } from '../parts/text.ts';
import { placeOf } from './place-of.ts';
import { expiringTexts } from './text.ts';

export type Expiring = Row<'GET /api/berth/v1/expiring'>;

const spans = ['7', '30', '90', '366'] as const;
const defaults = { days: '30', page: '1' };
const pageSize = 50;

export function ExpiringPage(): ReactNode {
  const said = useTexts(expiringTexts);
  const { user } = useSession();
  const [search, set] = useSearchState(defaults);
  const days = spans.find((each) => each === search.days) ?? '30';
  const page = Math.max(1, Math.trunc(Number(search.page)) || 1);
  const { data, error, refetch } = useList('GET /api/berth/v1/expiring', {
    query: { within: `${days}d`, page, page_size: pageSize },
  });
  const columns = useColumns();
  return (
    <>
      <PageHead title={said.title} facts={<span>{said.intro}</span>} />
      <section className="list">
        <div className="list-bar">
          <SelectField
            quiet
            label={said.within}
            value={days}
            onValue={(next) => set({ days: next, page: '1' })}
            options={spans.map((value) => ({ value, label: said.days(value) }))}
          />
          <Total total={data?.total} filtered={false} />
        </div>
        {error === null ? (
          <DataTable
            label={said.title}
            columns={columns}
            rows={data?.rows}
            keyOf={({ kind, id }) => `${kind} ${id}`}
            empty={<Empty title={said.none}>{said.noneText}</Empty>}
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
      </section>
      <AsCommand
        berth={`berth access expiring --within ${days}d`}
        api={curl('GET', `/api/berth/v1/expiring?within=${days}d`, user?.username ?? '')}
      />
    </>
  );
}

function useColumns(): readonly Column<Expiring>[] {
  const said = useTexts(expiringTexts);
  const parts = useTexts(partsTexts);
  const { language } = useLanguage();
  const { user, isAdministrator } = useSession();
  const asker = { username: user?.username ?? '', isAdministrator };
  const nameOf = ({ kind, name = '' }: Expiring): string => (kind === 'grant' ? roleName(name, parts) : name);
  return [
    {
      id: 'name',
      header: said.name,
      cell: (row) => (
        <span className="strong">
          <LongName name={nameOf(row)} />
        </span>
      ),
    },
    {
      id: 'kind',
      header: said.kind,
      cell: ({ kind }) => (kind === undefined ? null : <Badge>{said[kind]}</Badge>),
    },
    { id: 'holder', header: said.holder, cell: ({ holder = '–' }) => <LongName name={holder} /> },
    { id: 'where', header: said.where, priority: 2, cell: ({ where = '–' }) => <LongName name={where} /> },
    { id: 'left', header: said.left, ordered: 'ascending', cell: ({ expires_at: at }) => <Ending at={at} /> },
    {
      id: 'ends',
      header: said.ends,
      priority: 3,
      cell: ({ expires_at: at }) => formatEnd(timeOf(at) ?? 0, language),
    },
    {
      id: 'actions',
      header: '',
      actions: true,
      cell: (row) => {
        const to = placeOf(row, asker);
        return to === undefined ? null : (
          <Link to={to} className="button small" aria-label={said.renewOf(nameOf(row))}>
            {said.renew}
          </Link>
        );
      },
    },
  ];
}
