import { type ReactNode, useState } from 'react';
import { useTypeName } from '../../api/artifact-types/use-type-name.ts';
import { BatchDialog } from '../../api/batch/batch-dialog.tsx';
import type { Action } from '../../api/batch/doing-of.ts';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { allOf, contains } from '../../api/list-query.ts';
import { useCan } from '../../api/use-can.ts';
import { type Label, useLabels } from '../../api/use-labels.ts';
import { listQuery, useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import type { PageProps } from '../../ui/navigation/page.ts';
import { Swatch } from '../../ui/show/swatch.tsx';
import { Badge, Digest, Size, Time } from '../../ui/show/values.tsx';
import { useChoice } from '../../ui/table/choice.ts';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import type { ListFilter } from '../../ui/table/list-filter.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { shortDigest } from '../../ui/text/format.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { LabelButtons } from './label-buttons.tsx';
import { repositoryTexts } from './text.ts';

type Artifact = Row<'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts'>;

const defaults = { page: '1', sort: '-push_time', q: '', which: 'all', label: '' };
const conditions = { all: undefined, tagged: 'tags=*', noTag: 'tags=nil' } as const;
const whiches = ['all', 'tagged', 'noTag'] as const;
const shownTags = 3;

export function ArtifactsPage({ params: { project = '', repository = '' } }: PageProps): ReactNode {
  const said = useTexts(repositoryTexts);
  const state = useListState(defaults);
  const can = useCan(`${project}/${repository}`);
  const [doing, setDoing] = useState<Action>();
  const which = whiches.find((each) => each === state.search.which) ?? 'all';
  const labels = useLabels(project) ?? [];
  const label = /^\d+$/.test(state.search.label) ? state.search.label : '';
  const q = allOf(
    conditions[which],
    label === '' ? undefined : `labels=(${label})`,
    contains('digest', state.filter),
  );
  const choice = useChoice(q ?? '');
  const { data, error, refetch } = useList(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts',
    {
      path: { project_name: project, repository_name: repository },
      query: {
        page: state.page,
        page_size: state.pageSize,
        sort: state.sort,
        with_label: true,
        ...(q === undefined ? {} : { q }),
      },
    },
  );
  const columns = useColumns(project, repository);
  const filters = useFilters(labels, label);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const mayDelete = can('artifact:delete');
  const mayLabel = can('artifact-label:create') === true || can('artifact-label:delete') === true;
  const rows = data?.rows ?? [];
  return (
    <>
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery(
          'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts',
          { path: { project_name: project, repository_name: repository }, query: { page: 1, page_size: 1 } },
        )}
        filterLabel={said.filterArtifacts}
        filters={filters}
        selected={
          <SelectionBar choice={choice} keys={rows.map(({ digest = '' }) => digest)} total={data?.total ?? 0}>
            <LabelButtons can={can} of="artifacts" onAction={setDoing} />
            {mayDelete === true ? (
              <Button icon="trash" onClick={() => setDoing('delete-artifacts')}>
                {said.delete}
              </Button>
            ) : null}
          </SelectionBar>
        }
      >
        <DataTable
          label={said.artifacts}
          columns={columns}
          rows={data?.rows}
          keyOf={({ digest }) => digest ?? ''}
          nameOf={nameOf}
          state={state}
          {...(mayDelete === true || mayLabel ? { selection: choice.selection } : {})}
          empty={<Empty title={said.noArtifacts} />}
        />
      </ListFrame>
      {doing === undefined ? null : (
        <BatchDialog
          asked={{
            action: doing,
            project,
            repository,
            choice,
            matching: q === undefined ? {} : { q },
            total: data?.total ?? 0,
          }}
          onClose={() => setDoing(undefined)}
        />
      )}
    </>
  );
}

/** @param label the id of the one that is chosen, which may be gone; empty: none is */
function useFilters(labels: readonly Label[], label: string): readonly ListFilter<'which' | 'label'>[] {
  const said = useTexts(repositoryTexts);
  const known = labels.map(({ id = 0, name = '' }) => ({ value: String(id), label: name }));
  const gone = label === '' || known.some(({ value }) => value === label) ? [] : [label];
  const which: ListFilter<'which'> = {
    key: 'which',
    label: said.which,
    options: whiches.map((value) => ({ value, label: said[value] })),
  };
  const ofLabel: ListFilter<'label'> = {
    key: 'label',
    label: said.label,
    options: [
      { value: '', label: said.anyLabel },
      ...known,
      ...gone.map((value) => ({ value, label: `#${value}` })),
    ],
  };
  return known.length + gone.length === 0 ? [which] : [which, ofLabel];
}

function nameOf({ digest = '', tags }: Artifact): string {
  return [shortDigest(digest), ...(tags ?? []).map(({ name = '' }) => name)].join(' ');
}

function useColumns(project: string, repository: string): readonly Column<Artifact>[] {
  const said = useTexts(repositoryTexts);
  const typeName = useTypeName();
  return [
    {
      id: 'digest',
      header: said.digest,
      cell: ({ digest = '' }) => (
        <Digest
          digest={digest}
          to={pathOf('/p/:project/r/:repository*/-/a/:digest', { project, repository, digest })}
        />
      ),
    },
    {
      id: 'tags',
      header: said.tags,
      cell: ({ tags, tag_count: count }) => <Names tags={tags} count={count} />,
    },
    {
      id: 'labels',
      header: said.labels,
      priority: 3,
      cell: ({ labels }) => (
        <span className="badges" lang="en">
          {(labels ?? []).map(({ id, name = '', color }) => (
            <Badge key={id} title={name}>
              <Swatch color={color} />
              <span className="clipped">{name}</span>
            </Badge>
          ))}
        </span>
      ),
    },
    {
      id: 'type',
      header: said.type,
      priority: 2,
      sort: 'type',
      cell: ({ type }) => <Badge>{typeName(type)}</Badge>,
    },
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'pushed', header: said.pushed, sort: '-push_time', cell: ({ push_time: at }) => <Time at={at} /> },
    {
      id: 'pulled',
      header: said.pulled,
      sort: '-pull_time',
      priority: 3,
      onCards: true,
      cell: ({ pull_time: at }) => <Time at={at} />,
    },
  ];
}

interface NamesProps {
  readonly tags: Artifact['tags'] | null;
  readonly count: number | undefined;
}

function Names({ tags, count }: NamesProps): ReactNode {
  const said = useTexts(repositoryTexts);
  const names = (tags ?? []).map(({ name = '' }) => name);
  if (names.length === 0) return <span className="muted">{said.untagged}</span>;
  const left = (count ?? names.length) - shownTags;
  return (
    <span className="badges" lang="en">
      {names.slice(0, shownTags).map((name) => (
        <Badge key={name} kind="accent" title={name}>
          <span className="clipped">{name}</span>
        </Badge>
      ))}
      {left > 0 ? <Badge>{said.more(left)}</Badge> : null}
    </span>
  );
}
