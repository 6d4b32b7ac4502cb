import { type Asker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { imageKey } from '../../../content/layers/layer-library.ts';
import type { PullLog } from '../../../content/pulls/pull-log.ts';
import { AppError } from '../../../lib/errors.ts';
import { parseReference } from '../../../lib/oci/tag.ts';
import { entryPath } from '../../../platform/layers/entry-path.ts';
import type { FoundFile } from '../../../platform/layers/list-files.ts';
import { parametersOfOne } from '../parameters.ts';
import { tag } from '../paths.ts';
import { type FilesDeps, type FoundImage, findImage, layersOf } from './find-image.ts';
import { requireLayer } from './require-layer.ts';

/** A page of text; more is not shown. */
const maxTextBytes = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Deps extends FilesDeps {
  readonly pullLog: Pick<PullLog, 'add'>;
}

/** Whoever reads a file pulls a part of the image: the audit log tells of it, but retention does not count it as one. */
export function fileContentRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files/content',
    operationId: 'getFileContent',
    tag,
    summary:
      'The content of a text file of an image, of at most 1 MiB. Browsers save it, and never show it as a page.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters: {
      ...parametersOfOne,
      path: { in: 'query', required: true, description: 'The file.', schema: { type: 'string' } },
      layer: {
        in: 'query',
        description: 'Only where it is from this layer, from 1.',
        schema: { type: 'integer', format: 'int64' },
      },
    },
    answers: {
      200: {
        description: 'Its text.',
        mediaType: 'text/plain',
        headers: ['Content-Disposition'],
        schema: { type: 'string' },
      },
    },
    refusals: [401, 403, 404, 412, 413, 415, 429],
    run: async ({ parameters }, asker) => {
      const { reference: text, layer, path: given } = parameters;
      const image = await findImage(deps, asker, asker, text);
      requireLayer(image, layer);
      const path = entryPath(given) ?? given;
      const bytes = await contentOf(deps, asker, image, { path, layer });
      const { row, fullName } = image;
      const reference = parseReference(text);
      deps.pullLog.add({
        actor: asker.actor,
        projectId: asker.project.id,
        repositoryName: fullName,
        digest: row.digest,
        tag: reference.kind === 'tag' ? reference.tag : undefined,
      });
      return { status: 200, headers: headersOf(path), body: bytes };
    },
  });
}

async function contentOf(
  deps: FilesDeps,
  asker: Asker,
  image: FoundImage,
  { path, layer }: { readonly path: string; readonly layer: number | undefined },
): Promise<Uint8Array> {
  const of = layersOf(image, asker);
  const known = await deps.layers.known(of);
  const found = await deps.layers.ask({
    kind: 'find',
    image: imageKey(known),
    path,
    layer: layer === undefined ? undefined : layer - 1,
  });
  const source = requireFile(found, path).source;
  const from = source === undefined ? undefined : image.layers[source.layer];
  if (source === undefined || from === undefined) throw noSuchFile(path);
  const extracted = await deps.layers.content(of, from, { ...source, maxBytes: maxTextBytes });
  if (extracted.kind === 'file') return requireText(extracted.bytes, path);
  throw extracted.kind === 'sparse' ? noText(path, 'has holes, and is no text') : noSuchFile(path);
}

function requireFile(found: FoundFile | undefined, path: string): FoundFile {
  if (found === undefined) throw noSuchFile(path);
  if (found.kind === 'symlink') {
    throw new AppError('PRECONDITION', {
      message: `${shown(path)} is a link to ${shown(found.target)}`,
      detail: 'ask for the file that it names',
    });
  }
  if (found.kind === 'folder' || found.kind === 'device')
    throw new AppError('PRECONDITION', { message: `${shown(path)} is a ${found.kind} and has no content` });
  if (found.size > maxTextBytes) {
    throw new AppError('CONTENT_TOO_LARGE', {
      message: `${shown(path)} has ${found.size} bytes; at most ${maxTextBytes} are shown`,
      detail: 'pull the image to read it',
    });
  }
  return found;
}

function requireText(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes.includes(0)) throw noText(path, 'is no text');
  try {
    utf8.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw noText(path, 'is no text in UTF-8');
    throw cause;
  }
  return bytes;
}

/** Nothing in it may run where the console runs: no browser takes it for a page or a picture, whatever is in it. */
function headersOf(path: string): Record<string, string> {
  const name = path.slice(path.lastIndexOf('/') + 1).replaceAll(/[^\w.+-]/g, '_');
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Content-Disposition': `attachment; filename="${name.slice(0, 200)}.txt"`,
  };
}

function noSuchFile(path: string): AppError {
  return new AppError('NOT_FOUND', { message: `the image shows no file ${shown(path)}` });
}

function noText(path: string, what: string): AppError {
  return new AppError('UNSUPPORTED_MEDIA_TYPE', {
    message: `${shown(path)} ${what}`,
    detail: 'only text is shown; pull the image to have the file',
  });
}

function shown(path: string): string {
  return path.slice(0, 500).toWellFormed();
}
