import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Digest, Meter, Size } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import type { Artifact, Place } from './place.ts';
import { type Layer, layersOf } from './read-config.ts';
import { artifactTexts } from './text.ts';

interface LayersProps {
  readonly artifact: Artifact;
  readonly place: Place;
}

/** From the bottom up, as they were made. */
export function Layers({ artifact, place }: LayersProps): ReactNode {
  const said = useTexts(artifactTexts);
  const path = { project_name: place.project, repository_name: place.repository, reference: place.reference };
  const { data, error } = useAnswer(
    'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/manifest',
    { path },
  );
  const history = useAnswer(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/{addition}',
    { path: { ...path, addition: 'build_history' } },
    { enabled: artifact.type === 'IMAGE' && (artifact.references ?? []).length === 0 },
  );
  if (error !== null) return <Failure error={error} />;
  if (data === undefined || history.isLoading) return <Skeleton lines={8} />;
  const layers = layersOf(data, history.data);
  const largest = Math.max(...layers.map(({ size }) => size), 1);
  const columns: readonly Column<Numbered>[] = [
    { id: 'at', header: '#', end: true, cell: ({ at }) => at },
    {
      id: 'instruction',
      header: said.instruction,
      cell: ({ instruction, mediaType }) => (
        <code className="instruction" title={instruction ?? mediaType}>
          {instruction ?? mediaType}
        </code>
      ),
    },
    {
      id: 'share',
      header: said.share,
      priority: 3,
      cell: ({ size }) => <Meter quiet label={said.share} value={size} of={largest} />,
    },
    { id: 'size', header: said.size, end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'digest', header: said.digest, priority: 2, cell: ({ digest }) => <Digest digest={digest} /> },
  ];
  return (
    <DataTable
      label={said.layers}
      columns={columns}
      rows={layers.map((layer, index) => ({ ...layer, at: index + 1 }))}
      keyOf={({ at }) => String(at)}
      empty={<Empty title={said.noLayers}>{said.noLayersText}</Empty>}
    />
  );
}

type Numbered = Layer & { readonly at: number };
