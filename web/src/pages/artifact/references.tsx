import type { ReactNode } from 'react';
import { useTypeName } from '../../api/artifact-types/use-type-name.ts';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useList } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { Badge, Digest, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { IndexesOf } from './indexes-of.tsx';
import { MediaType } from './media-type.tsx';
import type { Artifact, Place } from './place.ts';
import { artifactTexts } from './text.ts';

const key =
  'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/accessories';
type Accessory = Row<typeof key>;

const defaults = { page: '1', sort: '-creation_time', q: '' };

/** Signatures, SBOMs and whatever else was pushed about it. */
export function References({
  artifact,
  place,
}: {
  readonly artifact: Artifact;
  readonly place: Place;
}): ReactNode {
  const said = useTexts(artifactTexts);
  const nameOf = useTypeName();
  const state = useListState(defaults);
  const { project, repository, reference } = place;
  const { data, error } = useList(key, {
    path: { project_name: project, repository_name: repository, reference },
    query: { page: state.page, page_size: state.pageSize, sort: state.sort },
  });
  if (error !== null) return <Failure error={error} />;
  const columns: readonly Column<Accessory>[] = [
    {
      id: 'kind',
      header: said.kind,
      sort: 'type',
      cell: ({ type = '', artifact_type: artifactType }) => <Badge>{nameOf(type, artifactType)}</Badge>,
    },
    {
      id: 'mediaType',
      header: said.mediaType,
      cell: ({ artifact_type: artifactType = '' }) =>
        artifactType === '' ? '–' : <MediaType name={artifactType} />,
    },
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
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    {
      id: 'pushed',
      header: said.pushed,
      sort: '-creation_time',
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
  ];
  return (
    <div className="stack">
      <IndexesOf key={reference} artifact={artifact} place={place} title={said.listedBy} />
      <ListFrame state={state} total={data?.total}>
        <DataTable
          label={said.references}
          columns={columns}
          rows={data?.rows}
          keyOf={({ digest }) => digest ?? ''}
          state={state}
          empty={<Empty title={said.noReferences}>{said.noReferencesText}</Empty>}
        />
      </ListFrame>
    </div>
  );
}
