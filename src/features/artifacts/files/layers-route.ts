import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { imageKey, type KnownLayer, type LayerState } from '../../../content/layers/layer-library.ts';
import { unreadReason } from '../../../content/layers/unread-reason.ts';
import { AppError } from '../../../lib/errors.ts';
import type { ImageSummary } from '../../../platform/layers/image-question.ts';
import { parametersOfOne } from '../parameters.ts';
import { tag } from '../paths.ts';
import { type FilesDeps, type FoundImage, findImage, layersOf } from './find-image.ts';

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

const layerSchema = {
  type: 'object',
  properties: {
    number: { ...number, description: 'From 1, the lowest.' },
    digest: text,
    media_type: text,
    size: { ...number, description: 'As it is pulled.' },
    created_by: { type: 'string', description: 'The line that made it, where the config tells of each.' },
    state: {
      type: 'string',
      description:
        'read: its files are known; reading: they are in a moment; unread: they never are, see reason; failed: it is tried again when it is asked for again.',
    },
    problem: { type: 'string', description: 'Of an unread one: encrypted, no-archive and the like.' },
    reason: { type: 'string', description: 'The same, or what failed, as a sentence.' },
    files: { ...number, description: 'What it brings, folders aside.' },
    unpacked_size: number,
    added: { ...number, description: 'Paths that no lower layer has.' },
    changed: number,
    removed: number,
    wasted_size: { ...number, description: 'Of its bytes what later layers replace or remove.' },
    outside: { ...number, description: 'Entries that lead out of the image: nobody unpacks them.' },
  },
} as const;

/** What an image is made of. It never waits: layers that nobody looked into before are read behind the answer. */
export function layersRoute(deps: FilesDeps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/layers',
    operationId: 'listLayers',
    tag,
    summary:
      'The layers of an image, with what each brings and what of it is wasted. Layers are read the first time somebody asks.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters: parametersOfOne,
    answers: {
      200: {
        description: 'They. Numbers of files are there once no layer is being read.',
        schema: {
          type: 'object',
          properties: {
            digest: { type: 'string', description: 'Of the artifact.' },
            size: { ...number, description: 'Of the layers as they are pulled.' },
            reading: { type: 'boolean', description: 'Ask again in a moment.' },
            reason: { type: 'string', description: 'Why no files are shown of the image.' },
            files: { ...number, description: 'What the image shows, folders aside.' },
            unpacked_size: number,
            wasted_size: { ...number, description: 'Of files that later layers replace or remove.' },
            layers: { type: 'array', items: layerSchema },
          },
        },
      },
    },
    refusals: [401, 403, 404, 412, 429],
    run: async ({ parameters }, asker) => {
      const image = await findImage(deps, asker, asker, parameters.reference);
      const states = await deps.layers.states(layersOf(image, asker));
      const { summary, reason } = await summaryOf(deps, states);
      return { status: 200, body: viewOf(image, states, summary, reason) };
    },
  });
}

/** Of an image with too many files each layer is told alone. */
async function summaryOf(
  deps: FilesDeps,
  states: readonly LayerState[],
): Promise<{ readonly summary?: ImageSummary; readonly reason?: string }> {
  const known = states.filter(
    (state): state is KnownLayer => state.kind === 'read' || state.kind === 'unread',
  );
  if (known.length < states.length) return {};
  try {
    return { summary: await deps.layers.ask({ kind: 'summary', image: imageKey(known) }) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONTENT_TOO_LARGE') return { reason: error.message };
    throw error;
  }
}

function viewOf(
  { layers, row: { digest } }: FoundImage,
  states: readonly LayerState[],
  summary: ImageSummary | undefined,
  reason: string | undefined,
): object {
  return {
    digest,
    size: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    reading: states.some(({ kind }) => kind === 'reading'),
    ...(reason === undefined ? {} : { reason }),
    ...(summary === undefined
      ? {}
      : { files: summary.files, unpacked_size: summary.bytes, wasted_size: summary.wastedBytes }),
    layers: layers.map((layer, at) => ({
      number: at + 1,
      digest: layer.digest,
      media_type: layer.mediaType,
      size: layer.sizeBytes,
      ...(layer.createdBy === undefined ? {} : { created_by: layer.createdBy }),
      ...stateView(states[at]),
      ...(states[at]?.kind === 'read' ? countsView(summary?.layers[at]) : {}),
    })),
  };
}

function stateView(state: LayerState | undefined): object {
  if (state?.kind === 'unread')
    return { state: state.kind, problem: state.problem, reason: unreadReason(state.problem) };
  if (state?.kind === 'failed') return { state: state.kind, reason: state.message };
  return { state: state?.kind };
}

function countsView(counts: ImageSummary['layers'][number] | undefined): object {
  if (counts === undefined) return {};
  const { files, bytes, added, changed, removed, wastedBytes, outside } = counts;
  return { files, unpacked_size: bytes, added, changed, removed, wasted_size: wastedBytes, outside };
}
