import { type Asker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { imageKey } from '../../../content/layers/layer-library.ts';
import { unreadLayer } from '../../../content/layers/unread-reason.ts';
import { AppError } from '../../../lib/errors.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../../platform/http/api/page.ts';
import { parseSort } from '../../../platform/http/api/parse-sort.ts';
import { entryPath } from '../../../platform/layers/entry-path.ts';
import type { ListedFile } from '../../../platform/layers/list-files.ts';
import { parametersOfOne } from '../parameters.ts';
import { tag } from '../paths.ts';
import { type FilesDeps, type FoundImage, findImage, layersOf } from './find-image.ts';
import { requireLayer } from './require-layer.ts';

/** An image may have half a million files. */
const mostAtOnce = 1000;

const number = { type: 'integer', format: 'int64' } as const;

const fileSchema = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Below the root of the image, without a slash at either end.' },
    kind: { type: 'string', description: 'file, folder, symlink, hardlink or device.' },
    size: { ...number, description: 'Unpacked; of a folder all that is in it.' },
    mode: { type: 'string', description: 'Permissions in octal; of what the image shows only.' },
    target: { type: 'string', description: 'Of a link, as it is written.' },
    layer: { ...number, description: 'Which layer brought it, from 1.' },
    files: { ...number, description: 'Of a folder: how much is in it, folders aside.' },
    change: {
      type: 'string',
      description: 'added, changed or removed: what the layer did; of a wasted one, what became of it.',
    },
    gone_in: { ...number, description: 'Of a wasted one: the layer that replaced or removed it.' },
  },
} as const;

const parameters = {
  ...parametersOfOne,
  ...pageParameters,
  layer: {
    in: 'query',
    description: 'Only what this layer did, from 1; left out: what the whole image shows.',
    schema: { type: 'integer', format: 'int64' },
  },
  path: {
    in: 'query',
    description: 'The folder to begin at; left out: the root.',
    schema: { type: 'string' },
  },
  deep: {
    in: 'query',
    description: 'Everything below the folder, not only what is directly in it.',
    schema: { type: 'boolean', default: false },
  },
  name: {
    in: 'query',
    description: 'A part of the path below the folder, in whatever case; looks everywhere below it.',
    schema: { type: 'string' },
  },
  wasted: {
    in: 'query',
    description: 'Instead of what shows, the files that later layers replace or remove.',
    schema: { type: 'boolean', default: false },
  },
  sort: {
    in: 'query',
    description: 'name or size, each with - for descending; default: name, folders first.',
    schema: { type: 'string' },
  },
} as const;

/** What an image shows, or what one of its layers did, a page at a time. */
export function filesRoute(deps: FilesDeps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files',
    operationId: 'listFiles',
    tag,
    summary:
      'The files of an image, or what one of its layers added, changed and removed. Waits until they are known.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters,
    answers: {
      200: {
        description: `One page of them, never more than ${mostAtOnce}.`,
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: fileSchema },
      },
    },
    refusals: [400, 401, 403, 404, 412, 413, 429],
    run: async (call, asker) => {
      const { reference, layer, path: given = '', deep, name = '', wasted, sort } = call.parameters;
      const image = await findImage(deps, asker, asker, reference);
      const page = parsePage(call.parameters);
      const known = await knownLayers(deps, asker, image, layer);
      const [order] = parseSort(sort, ['name', 'size'], { key: 'name', descending: false });
      const folder = entryPath(given) ?? given;
      const list = await deps.layers.ask({
        kind: 'list',
        image: imageKey(known),
        of: {
          layer: layer === undefined ? undefined : layer - 1,
          wasted,
          folder,
          deep: deep || name !== '',
          part: name,
          sort: order?.key === 'size' ? 'size' : 'name',
          descending: order?.descending ?? false,
          offset: offsetOf(page),
          limit: page.size === 0 ? mostAtOnce : page.size,
        },
      });
      if (list === undefined) throw noFolder(folder, layer);
      return pageAnswer(call, page, { items: list.items.map(viewOf), total: list.total });
    },
  });
}

/** Where every layer is unread there is nothing to show, and one that is asked for has to be read. */
async function knownLayers(deps: FilesDeps, asker: Asker, image: FoundImage, asked: number | undefined) {
  requireLayer(image, asked);
  const known = await deps.layers.known(layersOf(image, asker));
  const at = asked === undefined ? known.findIndex(({ kind }) => kind === 'unread') : asked - 1;
  const decisive = asked !== undefined || known.every(({ kind }) => kind === 'unread');
  const layer = known[at];
  if (decisive && layer?.kind === 'unread') throw unreadLayer(image.layers[at]?.digest ?? '', layer.problem);
  return known;
}

function viewOf({ path, kind, size, mode, target, layer, files, change, goneIn }: ListedFile): object {
  return {
    path,
    kind,
    size,
    ...(mode === undefined ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    ...(target === '' ? {} : { target }),
    layer: layer + 1,
    ...(kind === 'folder' ? { files } : {}),
    ...(change === undefined ? {} : { change }),
    ...(goneIn === undefined ? {} : { gone_in: goneIn + 1 }),
  };
}

function noFolder(folder: string, layer: number | undefined): AppError {
  const where = layer === undefined ? 'the image has no folder' : `layer ${layer} does nothing below`;
  return new AppError('NOT_FOUND', { message: `${where} ${folder.slice(0, 500).toWellFormed()}` });
}
