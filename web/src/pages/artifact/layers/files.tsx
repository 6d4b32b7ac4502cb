import type { ReactNode } from 'react';
import { Failure } from '../../../api/failure.tsx';
import { listQuery, useList } from '../../../api/use-list.ts';
import { SelectField } from '../../../ui/controls/field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { DataTable } from '../../../ui/table/data-table.tsx';
import type { ListFilter } from '../../../ui/table/list-filter.tsx';
import { ListFrame } from '../../../ui/table/list-frame.tsx';
import { useListState } from '../../../ui/table/list-state.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { Crumbs } from './crumbs.tsx';
import { type ArtifactPath, fileDefaults, type Search, type SetSearch } from './file-list.ts';
import { FileText } from './file-text.tsx';
import { layerTexts } from './text.ts';
import { useFileColumns } from './use-file-columns.tsx';

const root = '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}';
interface FilesProps {
  readonly path: ArtifactPath;
  readonly layers: readonly { readonly number?: number; readonly state?: string }[];
  /** There are no files before the end of that. */
  readonly isReading: boolean;
  /** Why no files are shown of the image. */
  readonly reason: string | undefined;
}

export function Files({ path, layers, isReading, reason }: FilesProps): ReactNode {
  const said = useTexts(layerTexts);
  const state = useListState(fileDefaults);
  const { search, set } = state;
  const sort = state.sort || (search.view === 'folders' ? 'name' : '-size');
  const { layer, folder, view } = search;
  const flat = view !== 'folders' || state.filter !== '';
  const readable = reason === undefined && layers.some((each) => each.state === 'read');
  const inView = {
    path: view === 'folders' ? folder : '',
    deep: view !== 'folders',
    wasted: view === 'wasted',
  };
  const { data, error, refetch } = useList(
    `GET ${root}/files`,
    {
      path,
      query: {
        page: state.page,
        page_size: state.pageSize,
        sort,
        name: state.filter.trim(),
        ...inView,
        ...(layer === '' ? {} : { layer: Number(layer) }),
      },
    },
    { enabled: readable && !isReading },
  );
  const columns = useFileColumns({ search, set, flat });
  const ofLayer = useLayerFilter(layers, isReading ? layer : '');
  if (!readable && !isReading) return reason === undefined ? null : <p lang="en">{reason}</p>;
  return (
    <section className="files" aria-label={said.files}>
      <ListFrame
        state={state}
        total={data?.total}
        unfiltered={listQuery(`GET ${root}/files`, { path, query: { ...inView, page: 1, page_size: 1 } })}
        filterLabel={said.find}
        filters={[ofLayer]}
        views={<View search={search} set={set} />}
      >
        {view === 'folders' ? (
          <Crumbs folder={folder} onFolder={(to) => set({ folder: to, page: '1' })} />
        ) : null}
        {error === null ? (
          <DataTable
            label={said.files}
            columns={columns}
            rows={data?.rows}
            keyOf={({ path: of = '', layer: from = 0 }) => `${from} ${of}`}
            state={{ ...state, sort }}
            empty={<NoFiles search={search} />}
          />
        ) : (
          <Failure error={error} onAgain={() => void refetch()} />
        )}
      </ListFrame>
      {search.file === '' || isReading ? null : (
        <FileText path={path} file={search.file} layer={layer} onClose={() => set({ file: '' })} />
      )}
    </section>
  );
}

/** Another layer is another tree. @param asked the layer of the address, which may not be known as read yet; empty: none */
function useLayerFilter(layers: FilesProps['layers'], asked: string): ListFilter<keyof Search> {
  const said = useTexts(layerTexts);
  const read = layers.filter(({ state }) => state === 'read').map(({ number }) => String(number));
  const numbers = asked === '' || read.includes(asked) ? read : [...read, asked];
  return {
    key: 'layer',
    label: said.show,
    options: [
      { value: '', label: said.whole },
      ...numbers.map((value) => ({ value, label: said.ofLayer(value) })),
    ],
    resets: ['q', 'sort', 'folder', 'file'],
  };
}

function View({ search, set }: { readonly search: Search; readonly set: SetSearch }): ReactNode {
  const said = useTexts(layerTexts);
  return (
    <SelectField
      label={said.view}
      quiet
      value={search.view}
      onValue={(view) => set({ ...fileDefaults, layer: search.layer, view })}
      options={[
        { value: 'folders', label: said.folders },
        { value: 'largest', label: said.largest },
        { value: 'wasted', label: said.wasted },
      ]}
    />
  );
}

function NoFiles({ search }: { readonly search: Search }): ReactNode {
  const said = useTexts(layerTexts);
  return <Empty title={search.view === 'wasted' ? said.nothingWasted : said.nothing} />;
}
