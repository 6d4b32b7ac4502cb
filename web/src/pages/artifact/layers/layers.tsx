import type { ReactNode } from 'react';
import type { Answer } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { useSearchState } from '../../../ui/navigation/use-search-state.ts';
import { Badge, Count, Digest, Size } from '../../../ui/show/values.tsx';
import { type Column, DataTable } from '../../../ui/table/data-table.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import type { Artifact, Place } from '../place.ts';
import { shortInstruction } from '../read-config.ts';
import { fileDefaults } from './file-list.ts';
import { Files } from './files.tsx';
import { PlatformChoice } from './platform-choice.tsx';
import { layerTexts } from './text.ts';

const root = '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}';
type Image = Answer<`GET ${typeof root}/layers`>;
type Layer = NonNullable<Image['layers']>[number];

const againMs = 1000;

interface LayersProps {
  readonly artifact: Artifact;
  readonly place: Place;
}

export function Layers({ artifact, place }: LayersProps): ReactNode {
  if ((artifact.references ?? []).length > 0) return <PlatformChoice artifact={artifact} place={place} />;
  return <ImageLayers place={place} />;
}

/** From the bottom up, as they were made; below them what is in them. */
function ImageLayers({ place }: { readonly place: Place }): ReactNode {
  const said = useTexts(layerTexts);
  const path = { project_name: place.project, repository_name: place.repository, reference: place.reference };
  const { data, error, refetch } = useLayers(path);
  // Before the first answer it looks as while they are read.
  const isReading = data === undefined || data.reading === true;
  const columns = useColumns(() => void refetch(), isReading);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const layers = data?.layers;
  if (layers?.length === 0) return <Empty title={said.noLayers} />;
  return (
    <div className="stack image-layers">
      {data === undefined ? <Skeleton lines={1} /> : <Totals image={data} />}
      <DataTable
        label={said.layers}
        columns={columns}
        rows={layers}
        keyOf={({ number }) => String(number)}
        empty={null}
      />
      <Files path={path} layers={layers ?? []} isReading={isReading} reason={data?.reason} />
    </div>
  );
}

/** Asked for again while layers are being read. */
function useLayers(path: {
  readonly project_name: string;
  readonly repository_name: string;
  readonly reference: string;
}) {
  const first = useAnswer(`GET ${root}/layers`, { path });
  const reading = first.data?.reading === true;
  const again = useAnswer(`GET ${root}/layers`, { path }, { enabled: reading, everyMs: againMs });
  return reading ? again : first;
}

function Totals({ image }: { readonly image: Image }): ReactNode {
  const said = useTexts(layerTexts);
  const { size, unpacked_size: unpacked, files, wasted_size: wasted } = image;
  return (
    <p className="image-totals">
      {size === undefined ? null : (
        <span>
          <Size bytes={size} /> <span className="muted">{said.pulled}</span>
        </span>
      )}
      {image.reading === true ? <Reading layers={image.layers ?? []} /> : null}
      {image.reading === true || unpacked === undefined || files === 0 ? null : (
        <>
          <span>
            <Size bytes={unpacked} /> <span className="muted">{said.unpacked}</span>
          </span>
          <span>
            <Count value={files} /> <span className="muted">{said.fileCount}</span>
          </span>
          <span title={said.wastedTitle}>
            {wasted === 0 ? (
              <span className="muted">{said.none}</span>
            ) : (
              <>
                <Size bytes={wasted} /> <span className="muted">{said.wasted}</span>
              </>
            )}
          </span>
        </>
      )}
    </p>
  );
}

/** In the place of what is known when all have been read. */
function Reading({ layers }: { readonly layers: readonly Layer[] }): ReactNode {
  const said = useTexts(layerTexts);
  const { language } = useLanguage();
  const read = layers.filter(({ state }) => state !== 'reading').length;
  return (
    <span className="muted" role="status" title={said.readingLayers}>
      {said.layersRead(formatNumber(read, language), formatNumber(layers.length, language))}
    </span>
  );
}

function useColumns(onAgain: () => void, isReading: boolean): readonly Column<Layer>[] {
  const said = useTexts(layerTexts);
  const { language } = useLanguage();
  const [search, set] = useSearchState(fileDefaults);
  return [
    { id: 'at', header: '#', ordered: 'ascending', end: true, cell: ({ number }) => number },
    {
      id: 'instruction',
      header: said.instruction,
      cell: ({ number = 0, created_by: line, media_type: type, state }) => {
        const text = shortInstruction(line) ?? type;
        const words = <code className="instruction">{text}</code>;
        // Two lines of it, which its title and the chosen layer say whole; where nothing is for choosing, all of it.
        if (isReading)
          return (
            <span className="layer-choice" title={`${text}\n${said.readingLayers}`}>
              {words}
            </span>
          );
        if (state !== 'read') return <span className="layer-choice whole">{words}</span>;
        const now = search.layer === String(number);
        return (
          <button
            type="button"
            className={`layer-choice${now ? ' whole current' : ''}`}
            aria-pressed={now}
            title={`${text}\n${said.ofLayerTitle}`}
            onClick={() => set({ ...fileDefaults, layer: now ? '' : String(number) })}
          >
            {words}
          </button>
        );
      },
    },
    {
      id: 'brings',
      header: said.brings,
      end: true,
      cell: (layer) => {
        if (layer.state === 'read' && layer.unpacked_size !== undefined) {
          const [added = '', changed = '', removed = ''] = [layer.added, layer.changed, layer.removed].map(
            (count) => formatNumber(count ?? 0, language),
          );
          return (
            <span title={said.bringsTitle(added, changed, removed)}>
              <Size bytes={layer.unpacked_size} />
            </span>
          );
        }
        return <State layer={layer} isReading={isReading} onAgain={onAgain} />;
      },
    },
    {
      id: 'wasted',
      header: said.wasted,
      end: true,
      priority: 2,
      cell: ({ wasted_size: bytes = 0 }) =>
        isReading ? (
          <NotYet />
        ) : bytes === 0 ? (
          <span className="muted">–</span>
        ) : (
          <span title={said.wastedTitle}>
            <Size bytes={bytes} />
          </span>
        ),
    },
    { id: 'size', header: said.size, end: true, cell: ({ size }) => <Size bytes={size} /> },
    { id: 'digest', header: said.digest, priority: 3, cell: ({ digest }) => <Digest digest={digest} /> },
  ];
}

function NotYet(): ReactNode {
  const said = useTexts(layerTexts);
  return (
    <span className="muted" title={said.reading}>
      …
    </span>
  );
}

function State({
  layer: { state, problem, reason },
  isReading,
  onAgain,
}: {
  readonly layer: Layer;
  /** What a layer brings is known when all have been read. */
  readonly isReading: boolean;
  readonly onAgain: () => void;
}): ReactNode {
  const said = useTexts(layerTexts);
  if (state === 'reading') return <span className="muted">{said.reading}</span>;
  if (state === 'failed')
    return (
      <Button small title={reason} onClick={onAgain}>
        {said.again}
      </Button>
    );
  if (state === 'read') return isReading ? <NotYet /> : <span className="muted">–</span>;
  const known = Object.hasOwn(said, problem ?? '') ? said[problem as 'damaged'] : said.unread;
  return (
    <Badge kind="warning" title={reason}>
      {known}
    </Badge>
  );
}
