import type { ReactNode } from 'react';
import type { Row } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { listQuery, useList } from '../../../api/use-list.ts';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Size } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { ChangeBadge } from './change-badge.tsx';
import { type ComparedPath, type Comparison, compareDefaults } from './comparison.ts';
import { compareTexts } from './text.ts';

const address =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/comparison/files';
type File = Row<`GET ${typeof address}`>;

const changes = ['added', 'changed', 'removed'] as const;

interface ComparedFilesProps {
  readonly path: ComparedPath;
  readonly comparison: Comparison;
}

export function ComparedFiles({ path, comparison }: ComparedFilesProps): ReactNode {
  const said = useTexts(compareTexts);
  const columns = useColumns();
  const state = useListState(compareDefaults);
  const { to, platform } = state.search;
  const change = changes.find((each) => each === state.search.change);
  const known = comparison.files !== undefined;
  const { data, error, refetch } = useList(
    `GET ${address}`,
    {
      path,
      query: {
        with: to,
        platform,
        page: state.page,
        page_size: state.pageSize,
        ...(change === undefined ? {} : { change }),
        name: state.filter.trim(),
      },
    },
    { enabled: known },
  );
  if (!known) return null;
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  return (
    <ListFrame
      state={state}
      total={data?.total}
      unfiltered={listQuery(`GET ${address}`, {
        path,
        query: { page: 1, page_size: 1, with: to, platform },
      })}
      filterLabel={said.find}
      filters={[
        {
          key: 'change',
          label: said.change,
          options: [
            { value: '', label: said.all },
            ...changes.map((value) => ({ value, label: said[value] })),
          ],
        },
      ]}
    >
      <DataTable
        label={said.files}
        columns={columns}
        rows={data?.rows}
        keyOf={({ path: of = '' }) => of}
        empty={<Empty title={said.sameFiles} />}
      />
    </ListFrame>
  );
}

function useColumns(): readonly Column<File>[] {
  const said = useTexts(compareTexts);
  return [
    {
      id: 'path',
      header: said.path,
      ordered: 'ascending',
      cell: ({ path = '' }) => (
        <span className="file-name" lang="en">
          {path}
        </span>
      ),
    },
    { id: 'change', header: said.change, cell: ({ change }) => <ChangeBadge change={change} /> },
    {
      id: 'before',
      header: said.before,
      end: true,
      cell: (file) => <Side size={file.size_before} mode={modeOf(file).before} />,
    },
    {
      id: 'after',
      header: said.after,
      end: true,
      cell: (file) => <Side size={file.size} mode={modeOf(file).after} />,
    },
  ];
}

/** Permissions are told where they differ. */
function modeOf({ mode, mode_before: before }: File): { readonly before?: string; readonly after?: string } {
  if (mode === undefined || before === undefined || mode === before) return {};
  return { before, after: mode };
}

function Side({
  size,
  mode,
}: {
  readonly size: number | undefined;
  readonly mode: string | undefined;
}): ReactNode {
  return (
    <>
      <Size bytes={size} />
      {mode === undefined ? null : <code className="muted"> {mode}</code>}
    </>
  );
}
