import { type Asker, type RepositoryAsker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { compareConfigs } from '../../../content/layers/compare-configs.ts';
import { compareLayers } from '../../../content/layers/compare-layers.ts';
import { imageKey, type KnownLayer } from '../../../content/layers/layer-library.ts';
import { AppError } from '../../../lib/errors.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../../platform/http/api/page.ts';
import type { FileDifference } from '../../../platform/layers/compare-files.ts';
import { parametersOfOne } from '../parameters.ts';
import { tag } from '../paths.ts';
import { comparisonSchema, fileDifferenceSchema } from './comparison-schema.ts';
import { type FilesDeps, type FoundImage, layersOf } from './find-image.ts';
import { type FoundPair, findPair } from './find-pair.ts';

const path =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/comparison';

const mostAtOnce = 1000;

const parameters = {
  ...parametersOfOne,
  with: {
    in: 'query',
    required: true,
    description:
      'What it is compared with: a tag or a digest of the same repository, or project/repository:tag or project/repository@digest.',
    schema: { type: 'string' },
  },
  platform: {
    in: 'query',
    description:
      'Of indexes: which of what both list, such as linux/arm64; default: linux/amd64, or the first.',
    schema: { type: 'string' },
  },
} as const;

/** What became different from one image to another. */
export function comparisonRoutes(deps: FilesDeps): readonly RestRoute[] {
  return [comparisonRoute(deps), filesRoute(deps)];
}

function comparisonRoute(deps: FilesDeps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path,
    operationId: 'compareArtifacts',
    tag,
    summary:
      'Compares an image with another one: config, annotations, layers, sizes, and how many files differ. Never waits for layers to be read.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters,
    answers: { 200: { description: 'What differs.', schema: comparisonSchema } },
    refusals: [400, 401, 403, 404, 412, 429],
    run: async (call, asker) => {
      const pair = await pairOf(deps, asker, call.parameters);
      return { status: 200, body: { ...viewOf(pair), ...(await filesView(deps, asker, pair)) } };
    },
  });
}

function filesRoute(deps: FilesDeps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: `${path}/files`,
    operationId: 'compareFiles',
    tag,
    summary: 'The files that differ between two images, by path. Waits until their layers are known.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters: {
      ...parameters,
      ...pageParameters,
      change: {
        in: 'query',
        description: 'Only these.',
        schema: { type: 'string', enum: ['added', 'changed', 'removed'] },
      },
      name: { in: 'query', description: 'A part of the path, in whatever case.', schema: { type: 'string' } },
    },
    answers: {
      200: {
        description: `One page of them, never more than ${mostAtOnce}.`,
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: fileDifferenceSchema },
      },
    },
    refusals: [400, 401, 403, 404, 412, 413, 429],
    run: async (call, asker) => {
      const { change, name = '' } = call.parameters;
      const { before, after } = await pairOf(deps, asker, call.parameters);
      const page = parsePage(call.parameters);
      const { items, total } = await deps.layers.ask({
        kind: 'compare',
        before: imageKey(await deps.layers.known(layersOf(before, asker))),
        after: imageKey(await deps.layers.known(layersOf(after, asker))),
        change: change as FileDifference['change'] | undefined,
        part: name,
        offset: offsetOf(page),
        limit: page.size === 0 ? mostAtOnce : page.size,
      });
      return pageAnswer(call, page, { items: items.map(fileView), total });
    },
  });
}

function pairOf(
  deps: FilesDeps,
  asker: RepositoryAsker,
  given: { readonly reference: string; readonly with: string; readonly platform: string | undefined },
): Promise<FoundPair> {
  return findPair(deps, asker, { before: given.reference, after: given.with, platform: given.platform });
}

function viewOf({ before, after, platform, platforms }: FoundPair): object {
  const { layers, shared } = compareLayers(before.layers, after.layers);
  const bytes = (wanted: 'added' | 'removed'): number =>
    layers.reduce((sum, { layer, change }) => sum + (change === wanted ? layer.sizeBytes : 0), 0);
  return {
    before: sideView(before),
    after: sideView(after),
    ...(platform === undefined ? {} : { platform, platforms }),
    config: compareConfigs(before, after).map(({ section, name, before: was, after: is }) => ({
      section,
      ...(name === '' ? {} : { name }),
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    })),
    shared_layers: shared,
    added_size: bytes('added'),
    removed_size: bytes('removed'),
    layers: layers.map(({ layer: { digest, mediaType, sizeBytes, createdBy }, change }) => ({
      digest,
      media_type: mediaType,
      size: sizeBytes,
      ...(createdBy === undefined ? {} : { created_by: createdBy }),
      change,
    })),
  };
}

function sideView({ fullName, row: { digest }, layers }: FoundImage): object {
  const size = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { repository: fullName, digest, size, layers: layers.length };
}

/** What is not known yet begins to be read. */
async function filesView(deps: FilesDeps, asker: Asker, { before, after }: FoundPair): Promise<object> {
  const [was, is] = await Promise.all(
    [before, after].map((image) => deps.layers.states(layersOf(image, asker))),
  );
  const states = [...(was ?? []), ...(is ?? [])];
  const known = (of: typeof was): readonly KnownLayer[] =>
    (of ?? []).filter((state): state is KnownLayer => state.kind === 'read' || state.kind === 'unread');
  const failed = states.find((state) => state.kind === 'failed');
  if (failed !== undefined) return { reading: false, reason: failed.message };
  if (states.some(({ kind }) => kind === 'reading')) return { reading: true };
  const unread = states.filter(({ kind }) => kind === 'unread').length;
  try {
    const { added, changed, removed } = await deps.layers.ask({
      kind: 'compare',
      before: imageKey(known(was)),
      after: imageKey(known(is)),
      change: undefined,
      part: '',
      offset: 0,
      limit: 0,
    });
    return { reading: false, unread_layers: unread, files: { added, changed, removed } };
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONTENT_TOO_LARGE')
      return { reading: false, reason: error.message };
    throw error;
  }
}

function fileView({ path: of, change, kind, sizeBefore, size, modeBefore, mode }: FileDifference): object {
  const octal = (bits: number): string => bits.toString(8).padStart(4, '0');
  return {
    path: of,
    change,
    kind,
    ...(sizeBefore === undefined ? {} : { size_before: sizeBefore }),
    ...(size === undefined ? {} : { size }),
    ...(modeBefore === undefined ? {} : { mode_before: octal(modeBefore) }),
    ...(mode === undefined ? {} : { mode: octal(mode) }),
  };
}
