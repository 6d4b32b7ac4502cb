import type { ReactNode } from 'react';
import type { Batch } from '../../api/batch/batch-progress.tsx';
import { batchTexts } from '../../api/batch/batch-text.ts';
import { useBecauseText } from '../../api/because/use-because-text.ts';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { listQuery, useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, LongName } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { batchesTexts } from './text.ts';

type Item = Row<'GET /api/berth/v1/batches/{batch_id}/items'>;

const defaults = { page: '1', sort: '', q: '', outcome: 'all' };
const outcomes = ['all', 'done', 'refused', 'gone', 'waiting'] as const;
/** What a rule of the project keeps as it is. */
const ruled = ['immutable', 'protected'] as const;
const looks = { done: 'ok', refused: 'warning', gone: 'plain', waiting: 'plain' } as const;

/** What became of each thing, and why. */
export function BatchItems({ batch: { id = 0, place } }: { readonly batch: Batch }): ReactNode {
  const said = useTexts(batchesTexts);
  const words = useTexts(batchTexts);
  const textOf = useBecauseText();
  const { language } = useLanguage();
  const state = useListState(defaults);
  const outcome = outcomes.find((each) => each === state.search.outcome) ?? 'all';
  const { data, error, refetch } = useList('GET /api/berth/v1/batches/{batch_id}/items', {
    path: { batch_id: id },
    query: { page: state.page, page_size: state.pageSize, ...(outcome === 'all' ? {} : { outcome }) },
  });
  const project = place?.split('/')[0];
  const labels = {
    all: said.all,
    done: said.ofDone,
    refused: said.ofRefused,
    gone: said.ofGone,
    waiting: said.ofWaiting,
  };
  const columns: readonly Column<Item>[] = [
    { id: 'name', header: said.name, cell: ({ name = '' }) => <LongName name={name} /> },
    {
      id: 'outcome',
      header: said.outcome,
      cell: ({ outcome: is = 'waiting' }) => <Badge kind={looks[is]}>{labels[is]}</Badge>,
    },
    {
      id: 'reason',
      header: said.reason,
      cell: ({ why, reason, because }) => {
        if (why === undefined) return '–';
        const text = textOf(because);
        return (
          <span className="batch-reason">
            {reason === undefined ? (
              words[why]
            ) : (
              <span lang={text === undefined ? 'en' : language}>{text ?? reason}</span>
            )}{' '}
            {project === undefined || !ruled.some((each) => each === why) ? null : (
              <Link to={pathOf('/p/:project/settings', { project })}>{said.rules}</Link>
            )}
          </span>
        );
      },
    },
  ];
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return (
    <ListFrame
      state={state}
      total={data?.total}
      unfiltered={listQuery('GET /api/berth/v1/batches/{batch_id}/items', {
        path: { batch_id: id },
        query: { page: 1, page_size: 1 },
      })}
      filters={[
        {
          key: 'outcome',
          label: said.outcome,
          options: outcomes.map((value) => ({ value, label: labels[value] })),
        },
      ]}
    >
      <DataTable
        label={said.items}
        columns={columns}
        rows={data?.rows}
        keyOf={({ no }) => String(no)}
        empty={<Empty title={said.noItem} />}
      />
    </ListFrame>
  );
}
