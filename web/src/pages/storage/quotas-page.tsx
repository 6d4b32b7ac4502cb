import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { LongName, Meter, Size } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { formatShare } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { storageTexts } from './text.ts';

type Quota = Row<'GET /api/v2.0/quotas'>;

const defaults = { page: '1', sort: '-used.share', q: '' };

/** Which projects are near their quota. */
export function QuotasPage(): ReactNode {
  const said = useTexts(storageTexts);
  const state = useListState(defaults);
  const query = { page: state.page, page_size: state.pageSize, sort: state.sort };
  const { data, error, refetch } = useList('GET /api/v2.0/quotas', { query });
  const columns = useColumns();
  return (
    <>
      <PageHead
        crumbs={[{ to: '/storage', label: said.title }]}
        title={said.quotas}
        facts={`${state.sort === defaults.sort ? said.nearestFirst : ''}${said.quotasNote}`}
      />
      <ListFrame state={state} total={data?.total}>
        {error === null ? (
          <DataTable
            label={said.quotas}
            columns={columns}
            rows={data?.rows}
            keyOf={({ id }) => String(id)}
            state={state}
            empty={<Empty title={said.nothingCounted} />}
          />
        ) : (
          <Failure error={error} onAgain={() => void refetch()} />
        )}
      </ListFrame>
      <AsCommand
        code={['berth quota list', curlOf('GET', `/api/v2.0/quotas?sort=${state.sort}`)].join('\n')}
      />
    </>
  );
}

function useColumns(): readonly Column<Quota>[] {
  const said = useTexts(storageTexts);
  const { language } = useLanguage();
  return [
    {
      id: 'name',
      header: said.project,
      cell: ({ ref: { name = '' } = {} }) => (
        <Link to={pathOf('/p/:project/settings', { project: name })} className="strong">
          <LongName name={name} />
        </Link>
      ),
    },
    {
      id: 'share',
      header: said.usedShare,
      sort: '-used.share',
      end: true,
      cell: ({ hard: { storage: hard = -1 } = {}, used: { storage: used = 0 } = {} }) => {
        if (hard < 0) return '–';
        const text = formatShare(used / hard, language);
        return (
          <span className="quota-share">
            <Meter label={text} value={used} of={hard} />
            <span className="number">{text}</span>
          </span>
        );
      },
    },
    {
      id: 'used',
      header: said.used,
      sort: '-used.storage',
      end: true,
      cell: ({ used }) => <Size bytes={used?.storage} />,
    },
    {
      id: 'hard',
      header: said.quota,
      sort: '-hard.storage',
      end: true,
      cell: ({ hard: { storage = -1 } = {} }) =>
        storage < 0 ? <span className="muted">{said.noQuota}</span> : <Size bytes={storage} />,
    },
  ];
}
