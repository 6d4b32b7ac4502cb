import type { Readable } from 'node:stream';
import { type Asker, type RepositoryAsker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
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
import { type SendingRoom, sending } from './sending-room.ts';

/** A page of text; more is not shown. */
const maxTextBytes = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Deps extends FilesDeps {
  readonly pullLog: Pick<PullLog, 'add'>;
  readonly room: SendingRoom;
}

/** Held in memory while it is sent. */
const maxFileBytes = 16 * 1024 * 1024;

const path =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files';

const parameters = {
  ...parametersOfOne,
  path: { in: 'query', required: true, description: 'The file.', schema: { type: 'string' } },
  layer: {
    in: 'query',
    description: 'Only where it is from this layer, from 1.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const headers = ['Content-Disposition'];

/** Whoever reads a file pulls a part of the image: the audit log tells of it, but retention does not count it as one. */
export function fileContentRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: `${path}/content`,
    operationId: 'getFileContent',
    tag,
    summary:
      'The content of a text file of an image, of at most 1 MiB. Browsers save it, and never show it as a page.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters,
    answers: {
      200: { description: 'Its text.', mediaType: 'text/plain', headers, schema: { type: 'string' } },
    },
    refusals: [401, 403, 404, 412, 413, 415, 429],
    run: async (call, asker) => {
      const { content, file } = await readFile(deps, asker, call.parameters, {
        maxBytes: maxTextBytes,
        require: requireText,
      });
      return { status: 200, headers: { ...content.headers, ...textHeaders(file) }, body: content.body };
    },
  });
}

/** Also of what is no text: it is saved, and shown nowhere. */
export function fileDownloadRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: `${path}/download`,
    operationId: 'downloadFile',
    tag,
    summary: 'Any file of an image, of at most 16 MiB, byte by byte. Browsers save it, and never show it.',
    needs: 'repository',
    permission: 'repository:pull',
    parameters,
    answers: {
      200: {
        description: 'Its bytes.',
        mediaType: 'application/octet-stream',
        headers,
        schema: { type: 'string' },
      },
    },
    refusals: [401, 403, 404, 412, 413, 429],
    run: async (call, asker) => {
      const { content, file } = await readFile(deps, asker, call.parameters, { maxBytes: maxFileBytes });
      return { status: 200, headers: { ...content.headers, ...downloadHeaders(file) }, body: content.body };
    },
  });
}

interface Wanted {
  readonly reference: string;
  readonly path: string;
  readonly layer?: number | undefined;
}

interface Limits {
  readonly maxBytes: number;
  readonly require?: (bytes: Uint8Array, file: string) => void;
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

async function readFile(
  deps: Deps,
  asker: RepositoryAsker,
  { reference: text, path: given, layer }: Wanted,
  limits: Limits,
): Promise<{ readonly content: Content; readonly file: string }> {
  const image = await findImage(deps, asker, asker, text);
  requireLayer(image, layer);
  const file = entryPath(given) ?? given;
  const content = await contentOf(deps, asker, image, { path: file, layer, ...limits });
  const reference = parseReference(text);
  deps.pullLog.add({
    actor: asker.actor,
    projectId: asker.project.id,
    repositoryName: image.fullName,
    digest: image.row.digest,
    tag: reference.kind === 'tag' ? reference.tag : undefined,
  });
  return { content, file };
}

async function contentOf(
  deps: Deps,
  asker: Asker,
  image: FoundImage,
  wanted: Limits & { readonly path: string; readonly layer: number | undefined },
): Promise<Content> {
  const { path, layer, maxBytes } = wanted;
  const of = layersOf(image, asker);
  const known = await deps.layers.known(of);
  const found = await deps.layers.ask({
    kind: 'find',
    image: imageKey(known),
    path,
    layer: layer === undefined ? undefined : layer - 1,
  });
  const { source, size } = requireFile(found, path, maxBytes);
  const from = source === undefined ? undefined : image.layers[source.layer];
  if (source === undefined || from === undefined) throw noSuchFile(path);
  const room = deps.room.take(of.caller, size);
  try {
    const extracted = await deps.layers.content(of, from, { ...source, maxBytes });
    if (extracted.kind !== 'file') throw extracted.kind === 'sparse' ? hasHoles(path) : noSuchFile(path);
    const { bytes } = extracted;
    wanted.require?.(bytes, path);
    return { headers: { 'Content-Length': String(bytes.length) }, body: sending(bytes, room) };
  } catch (error) {
    room[Symbol.dispose]();
    throw error;
  }
}

function requireFile(found: FoundFile | undefined, path: string, maxBytes: number): FoundFile {
  if (found === undefined) throw noSuchFile(path);
  if (found.kind === 'symlink') {
    throw new AppError('PRECONDITION', {
      message: `${shown(path)} is a link to ${shown(found.target)}`,
      detail: 'ask for the file that it names',
    });
  }
  if (found.kind === 'folder' || found.kind === 'device')
    throw new AppError('PRECONDITION', { message: `${shown(path)} is a ${found.kind} and has no content` });
  if (found.size > maxBytes) {
    throw new AppError('CONTENT_TOO_LARGE', {
      message: `${shown(path)} has ${found.size} bytes; at most ${maxBytes} are sent`,
      detail: 'pull the image to have the file',
    });
  }
  return found;
}

function requireText(bytes: Uint8Array, path: string): void {
  if (bytes.includes(0)) throw noText(path, 'is no text');
  try {
    utf8.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw noText(path, 'is no text in UTF-8');
    throw cause;
  }
}

/** Nothing in it may run where the console runs: no browser takes it for a page or a picture, whatever is in it. */
const guards = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

function textHeaders(path: string): Record<string, string> {
  return {
    ...guards,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': `attachment; filename="${savedName(path)}.txt"`,
  };
}

/** What a browser or a system would run when the saved file is opened. */
const active = /\.(?:[xsp]?html?|mhtml?|svgz?|xml|xslt?|[cm]?js|hta|pdf|swf|lnk|url)$/i;

function downloadHeaders(path: string): Record<string, string> {
  const name = savedName(path);
  return {
    ...guards,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${active.test(name) ? `${name}.bin` : name}"`,
  };
}

function savedName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replaceAll(/[^\w.+-]/g, '_')
    .slice(-200);
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

function hasHoles(path: string): AppError {
  return new AppError('PRECONDITION', {
    message: `${shown(path)} is a sparse file, of which the layer has only parts`,
    detail: 'pull the image to have the file',
  });
}

function shown(path: string): string {
  return path.slice(0, 500).toWellFormed();
}
