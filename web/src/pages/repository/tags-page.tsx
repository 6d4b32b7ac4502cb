import { type ReactNode, useState } from 'react';
import { clientsOf } from '../../api/artifact-types/clients-of.ts';
import { BatchDialog } from '../../api/batch/batch-dialog.tsx';
import type { Action } from '../../api/batch/doing-of.ts';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useCan, usePullTags } from '../../api/use-can.ts';
import { listQuery, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { ConnectBox } from '../../ui/show/connect-box.tsx';
import { Icon } from '../../ui/show/icon.tsx';
import { Badge, Digest, LongName, Size, Time } from '../../ui/show/values.tsx';
import { useChoice } from '../../ui/table/choice.ts';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { ages, olderThan, tagsDefaults, tagsInput, tagsKey } from './ahead.ts';
import { LabelButtons } from './label-buttons.tsx';
import { offeredTag } from './offered-tag.ts';
import { Platforms } from './platforms.tsx';
import { repositoryTexts } from './text.ts';

type Tag = Row<typeof tagsKey>;

export function TagsPage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const said = useTexts(repositoryTexts);
  const state = useListState(tagsDefaults);
  const can = useCan(`${project}/${repository}`);
  const pulled = usePullTags(`${project}/${repository}`);
  const choice = useChoice(`${state.filter} ${state.search.older}`);
  const [doing, setDoing] = useState<Action>();
  const { data, error, refetch } = useList(tagsKey, tagsInput(project, repository, state));
  const columns = useColumns(project, repository);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const mayDelete = can('tag:delete');
  const rows = data?.rows ?? [];
  const filter = state.filter.trim();
  const picked = choice.selection.chosen;
  const days = olderThan(state.search);
  const isWhole = state.filter === '' && days === undefined && state.page === 1;
  const newest = isWhole && pulled !== undefined ? offeredTag(rows, pulled) : undefined;
  return (
    <>
      {newest === undefined ? null : (
        <ConnectBox
          host={location.host}
          name={`${project}/${repository}`}
          tag={newest.name}
          clients={clientsOf(newest.type)}
        />
      )}
      {isWhole && Array.isArray(pulled) ? (
        <p className="banner info">{said.pullsOnly(pulled.join(', '))}</p>
      ) : null}
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery(tagsKey, {
          path: { project_name: project, repository_name: repository },
          query: { page: 1, page_size: 1 },
        })}
        filterLabel={said.filterTags}
        filterHelp={said.filterTagsHelp}
        filters={[
          {
            key: 'older',
            label: said.age,
            options: [
              { value: '', label: said.anyAge },
              ...ages.map((each) => ({ value: String(each), label: said.olderThan(String(each)) })),
            ],
          },
        ]}
        sizes
        selected={
          <SelectionBar choice={choice} keys={rows.map(({ name = '' }) => name)} total={data?.total ?? 0}>
            <Button
              whyNot={!choice.everything && picked.size === 2 ? undefined : said.chooseTwo}
              whyBy="hint"
              onClick={() => navigate(comparisonOf(project, repository, namesOf(rows, picked)))}
            >
              {said.compare}
            </Button>
            <LabelButtons can={can} of="tags" onAction={setDoing} />
            {mayDelete === true ? (
              <Button icon="trash" onClick={() => setDoing('delete-tags')}>
                {said.delete}
              </Button>
            ) : null}
          </SelectionBar>
        }
      >
        <DataTable
          label={said.tags}
          columns={columns}
          rows={data?.rows}
          keyOf={({ name }) => name ?? ''}
          state={state}
          selection={choice.selection}
          empty={<Empty title={said.noTags}>{said.noTagsText}</Empty>}
        />
      </ListFrame>
      {doing === undefined ? null : (
        <BatchDialog
          asked={{
            action: doing,
            project,
            repository,
            choice,
            matching: {
              ...(filter === '' ? {} : { name: filter }),
              ...(days === undefined ? {} : { older_than_days: days }),
            },
            total: data?.total ?? 0,
          }}
          onClose={() => setDoing(undefined)}
        />
      )}
    </>
  );
}

/** From what was pushed first to what was pushed last; those of other pages are before them, as they were chosen. */
function namesOf(rows: readonly Tag[], picked: ReadonlySet<string>): readonly string[] {
  const order = new Map(rows.map(({ name = '', push_time: at = '' }) => [name, at]));
  return [...picked].toSorted((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1));
}

function comparisonOf(project: string, repository: string, [from = '', to = '']: readonly string[]): string {
  const query = new URLSearchParams({ from, to });
  return `${pathOf('/p/:project/r/:repository*/-/compare', { project, repository })}?${query.toString()}`;
}

function useColumns(project: string, repository: string): readonly Column<Tag>[] {
  const said = useTexts(repositoryTexts);
  return [
    {
      id: 'tag',
      header: said.tag,
      sort: 'version',
      cell: ({ name = '', immutable }) => (
        <span className="tag-name">
          <Link
            to={pathOf('/p/:project/r/:repository*/-/t/:tag', { project, repository, tag: name })}
            className="strong"
          >
            <LongName name={name} />
          </Link>
          {immutable === true ? (
            <Badge title={said.immutableTitle}>
              <Icon name="lock" size={12} />
              {said.immutable}
            </Badge>
          ) : null}
        </span>
      ),
    },
    {
      id: 'platforms',
      header: said.platforms,
      priority: 3,
      onCards: true,
      cell: ({ platforms }) => <Platforms names={platforms} />,
    },
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'pushed', header: said.pushed, sort: '-push_time', cell: ({ push_time: at }) => <Time at={at} /> },
    {
      id: 'pulled',
      header: said.pulledByTag,
      sort: '-pull_time',
      priority: 2,
      cell: ({ pull_time: at }) => <Time at={at} />,
    },
    { id: 'digest', header: said.digest, priority: 2, cell: ({ digest }) => <Digest digest={digest} /> },
  ];
}
