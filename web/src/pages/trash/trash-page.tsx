import { type ReactNode, useState } from 'react';
import { BatchDialog } from '../../api/batch/batch-dialog.tsx';
import { Failure } from '../../api/failure.tsx';
import { allOf, contains } from '../../api/list-query.ts';
import { useSession } from '../../api/session.tsx';
import { listQuery, useAnswer, useList } from '../../api/use-list.ts';
import { Button, DeleteButton } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Digest, LongName, Size, Time } from '../../ui/show/values.tsx';
import { useChoice } from '../../ui/table/choice.ts';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { EmptyTrash } from './empty-trash.tsx';
import type { TrashItem } from './parts.tsx';
import { PurgeItem } from './purge-item.tsx';
import { RestoreItem } from './restore-item.tsx';
import { trashTexts } from './text.ts';

const defaults = { page: '1', sort: '-deleted_at', q: '', kind: 'all', run: '' };
const kinds = ['all', 'tag', 'artifact', 'repository', 'project'] as const;

interface Chosen {
  readonly what: 'restore' | 'purge';
  readonly item: TrashItem;
}

export function TrashPage(): ReactNode {
  const [chosen, setChosen] = useState<Chosen>();
  const close = (): void => setChosen(undefined);
  const commands = [
    'berth trash list',
    'berth trash restore ID',
    'berth trash purge ID',
    curlOf('GET', '/api/berth/v1/trash'),
  ];
  return (
    <>
      <Head />
      <TrashList onChoose={setChosen} />
      <AsCommand code={commands.join('\n')} />
      {chosen?.what === 'restore' ? <RestoreItem item={chosen.item} onClose={close} /> : null}
      {chosen?.what === 'purge' ? <PurgeItem item={chosen.item} onClose={close} /> : null}
    </>
  );
}

/** How much there is, and what it holds. */
function Head(): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const { isAdministrator } = useSession();
  const [emptying, setEmptying] = useState(false);
  const { data } = useList('GET /api/berth/v1/trash', { query: { page: 1, page_size: 1 } });
  const reclaim = useAnswer('GET /api/berth/v1/storage/reclaim', {}, { enabled: isAdministrator });
  const bytes = reclaim.data?.trash?.bytes;
  const count = data === undefined ? undefined : formatNumber(data.total, language);
  const facts =
    count === undefined ? (
      '…'
    ) : bytes === undefined || data?.total === 0 ? (
      said.deletions(count)
    ) : (
      <>
        <span>{said.facts(count, formatBytes(bytes, language))}</span>
        <span className="meta">
          {said.counted} <Time at={reclaim.data?.as_of} />
        </span>
      </>
    );
  return (
    <>
      <PageHead
        title={said.title}
        facts={facts}
        actions={
          <Button
            icon="trash"
            whyNot={
              isAdministrator ? (data?.total === 0 ? said.noneYet : undefined) : said.needsAdministrator
            }
            onClick={() => setEmptying(true)}
          >
            {said.empty}
          </Button>
        }
      />
      {emptying ? (
        <EmptyTrash
          count={data?.total ?? 0}
          bytes={bytes}
          at={reclaim.data?.as_of}
          onClose={() => setEmptying(false)}
        />
      ) : null}
    </>
  );
}

function TrashList({ onChoose }: { readonly onChoose: (chosen: Chosen) => void }): ReactNode {
  const said = useTexts(trashTexts);
  const state = useListState(defaults);
  const kind = kinds.find((each) => each === state.search.kind) ?? 'all';
  const run = /^\d{1,15}$/.test(state.search.run) ? state.search.run : '';
  const q = allOf(
    contains(kind === 'project' ? 'project' : 'repository', state.filter),
    kind === 'all' ? undefined : `kind=${kind}`,
    run === '' ? undefined : `execution=${run}`,
  );
  const choice = useChoice(q ?? '');
  const [restoring, setRestoring] = useState(false);
  const { data, error, refetch } = useList('GET /api/berth/v1/trash', {
    query: {
      page: state.page,
      page_size: state.pageSize,
      sort: state.sort,
      ...(q === undefined ? {} : { q }),
    },
  });
  const columns = useColumns(onChoose);
  const labels = {
    all: said.all,
    tag: said.tags,
    artifact: said.artifacts,
    repository: said.repositories,
    project: said.projects,
  };
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const rows = data?.rows ?? [];
  return (
    <>
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery('GET /api/berth/v1/trash', { query: { page: 1, page_size: 1 } })}
        filterLabel={said.filter}
        filters={[
          {
            key: 'kind',
            label: said.kind,
            options: kinds.map((value) => ({ value, label: labels[value] })),
          },
          ...(run === ''
            ? []
            : [
                {
                  key: 'run' as const,
                  label: said.run,
                  options: [
                    { value: '', label: said.anyRun },
                    { value: run, label: said.runOf(run) },
                  ],
                },
              ]),
        ]}
        selected={
          <SelectionBar choice={choice} keys={rows.map(({ id }) => String(id))} total={data?.total ?? 0}>
            <Button onClick={() => setRestoring(true)}>{said.restoreMany}</Button>
          </SelectionBar>
        }
      >
        <DataTable
          label={said.title}
          columns={columns}
          rows={data?.rows}
          keyOf={({ id }) => String(id)}
          nameOf={({ name = '' }) => name}
          selection={choice.selection}
          state={state}
          empty={<Empty title={said.noneYet}>{said.noneYetText}</Empty>}
        />
      </ListFrame>
      {restoring ? (
        <BatchDialog
          asked={{
            action: 'restore',
            choice,
            matching: q === undefined ? {} : { q },
            total: data?.total ?? 0,
          }}
          onClose={() => setRestoring(false)}
        />
      ) : null}
    </>
  );
}

function useColumns(onChoose: (chosen: Chosen) => void): readonly Column<TrashItem>[] {
  const said = useTexts(trashTexts);
  const ui = useTexts(uiTexts);
  const { isAdministrator } = useSession();
  const actions = (item: TrashItem): ReactNode => (
    <>
      <Button
        small
        aria-label={said.restoreOf(item.name ?? '')}
        onClick={() => onChoose({ what: 'restore', item })}
      >
        {said.restore}
      </Button>
      <DeleteButton
        label={ui.named(said.purge, item.name ?? '')}
        whyNot={isAdministrator ? undefined : said.needsAdministrator}
        onClick={() => onChoose({ what: 'purge', item })}
      >
        {said.purge}
      </DeleteButton>
    </>
  );
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'repository',
      cell: ({ id, name = '', kind, repository = '', digest }) => (
        <>
          {kind === 'artifact' ? (
            <>
              <LongName name={repository} /> <Digest digest={digest} />
            </>
          ) : (
            <LongName name={name} />
          )}
          {/* By which the commands and a refusal call it. */}
          <small className="muted"> #{id}</small>
        </>
      ),
    },
    {
      id: 'kind',
      header: said.kind,
      sort: 'kind',
      priority: 3,
      onCards: true,
      cell: ({ kind = 'tag' }) => <Badge>{said[kind]}</Badge>,
    },
    {
      id: 'deleted',
      header: said.deleted,
      sort: '-deleted_at',
      cell: ({ deleted_at: at }) => <Time at={at} />,
    },
    { id: 'by', header: said.by, priority: 2, cell: (item) => <DeletedBy item={item} /> },
    { id: 'until', header: said.until, sort: 'purge_at', cell: ({ purge_at: at }) => <Time at={at} /> },
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'actions', header: '', actions: true, cell: actions },
  ];
}

/** Whoever began a run of retention did not choose each thing. */
function DeletedBy({
  item: { deleted_by: by = '', job_kind: kind },
}: {
  readonly item: TrashItem;
}): ReactNode {
  const said = useTexts(trashTexts);
  return (
    <>
      <LongName name={by} />
      {kind === 'RETENTION' ? <small className="muted"> {said.byRetention}</small> : null}
    </>
  );
}
