import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';
import { type ReadContentDeps, readConfig, readContent } from '../../content/descriptions/read-content.ts';
import { findInTar } from '../../content/layers/find-in-tar.ts';
import { findBytesOf } from '../../content/referrers/referrer-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { type Json, objectsIn, parseRecord, textIn } from '../../lib/oci/json.ts';
import { type AdditionName, additionsOf } from './additions-of.ts';
import { fileTree, pathOfLayer } from './file-tree.ts';

/** A page of text; more is not shown. */
const maxTextBytes = 4 * 1024 * 1024;
/** A layer in which something is looked for, packed and unpacked. */
const maxLayerBytes = 32 * 1024 * 1024;
const searchLimits = {
  fileBytes: maxTextBytes,
  unpackedBytes: 256 * 1024 * 1024,
  ratio: Number.POSITIVE_INFINITY,
  denseFromBytes: 0,
};

export interface Addition {
  readonly contentType: string;
  readonly content: Uint8Array;
}

/**
 * What can be shown of an artifact beside its row, from its stored content.
 * @throws AppError BAD_REQUEST for an artifact of another type, NOT_FOUND, CONTENT_TOO_LARGE
 */
export async function readAddition(
  deps: ReadContentDeps,
  row: ArtifactRow,
  name: AdditionName,
): Promise<Addition> {
  if (!additionsOf(row.kind ?? '', row.mediaType).includes(name)) {
    throw new AppError('BAD_REQUEST', {
      message: `addition ${name} isn't supported for ${row.kind ?? 'UNKNOWN'}`,
    });
  }
  const bytes = (await findBytesOf(deps.db.reader, [row.blobId])).get(row.blobId);
  const manifest = bytes === undefined ? undefined : parseRecord(bytes);
  if (manifest === undefined) throw missing(name);
  switch (name) {
    case 'build_history':
      return json(historyOf(await requireConfig(deps, manifest)));
    case 'dependencies':
      return json(dependenciesOf(await requireConfig(deps, manifest)));
    case 'values.yaml':
      return text('text/plain', await chartFile(deps, manifest, 'values.yaml'));
    case 'readme.md':
      return text(
        'text/markdown',
        row.kind === 'CHART'
          ? await chartFile(deps, manifest, 'readme.md')
          : await modelFile(deps, manifest, /^readme(?:\.md)?$/i, name),
      );
    case 'license':
      return text('text/plain', await modelFile(deps, manifest, /^license(?:\.txt|\.md)?$/i, name));
    case 'files':
      return json(fileTree(objectsIn(manifest, 'layers')));
    case 'sbom':
      return {
        contentType: 'application/vnd.goharbor.harbor.sbom.v1',
        content: await requireContent(deps, objectsIn(manifest, 'layers')[0], name, maxLayerBytes),
      };
  }
}

async function requireConfig(deps: ReadContentDeps, manifest: Json): Promise<Json> {
  const config = await readConfig(deps, manifest);
  if (config === undefined)
    throw new AppError('NOT_FOUND', { message: 'the config of the artifact is not there' });
  return config;
}

function historyOf(config: Json): readonly unknown[] {
  return objectsIn(config, 'history');
}

function dependenciesOf(config: Json): readonly unknown[] {
  return objectsIn(config, 'dependencies').map((each) => ({
    name: textIn(each, 'name') ?? '',
    version: textIn(each, 'version') ?? '',
    repository: textIn(each, 'repository') ?? '',
  }));
}

/** A chart that has no such file has an empty one. */
async function chartFile(deps: ReadContentDeps, manifest: Json, name: string): Promise<Uint8Array> {
  const layer = objectsIn(manifest, 'layers').find(
    (each) => textIn(each, 'mediaType') === 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  );
  const content = await requireContent(deps, layer, name, maxLayerBytes);
  const wanted = (path: string): boolean =>
    path.split('/').length === 2 && path.toLowerCase().endsWith(`/${name}`);
  return (await findInTar(content, wanted, searchLimits)) ?? new Uint8Array();
}

async function modelFile(
  deps: ReadContentDeps,
  manifest: Json,
  pattern: RegExp,
  name: string,
): Promise<Uint8Array> {
  const layer = objectsIn(manifest, 'layers').find((each) => pattern.test(pathOfLayer(each)));
  const isTar = /\.tar(?:\+gzip)?$/.test(textIn(layer, 'mediaType') ?? '');
  const content = await requireContent(deps, layer, name, isTar ? maxLayerBytes : maxTextBytes);
  if (!isTar) return content;
  const found = await findInTar(
    content,
    (path) => pattern.test(path.slice(path.lastIndexOf('/') + 1)),
    searchLimits,
  );
  if (found === undefined) throw missing(name);
  return found;
}

async function requireContent(
  deps: ReadContentDeps,
  layer: Json | undefined,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const size = layer?.['size'];
  if (layer === undefined) throw missing(name);
  if (typeof size === 'number' && size > maxBytes) {
    throw new AppError('CONTENT_TOO_LARGE', {
      message: `${name} is in a layer of more than ${maxBytes / 1024 / 1024} MiB, which is not looked into`,
    });
  }
  const content = await readContent(deps, textIn(layer, 'digest') ?? '', maxBytes);
  if (content === undefined) throw missing(name);
  return content;
}

function missing(name: string): AppError {
  return new AppError('NOT_FOUND', { message: `the artifact has no ${name}` });
}

function text(type: string, content: Uint8Array): Addition {
  return { contentType: `${type}; charset=utf-8`, content };
}

function json(value: unknown): Addition {
  return {
    contentType: 'application/json; charset=utf-8',
    content: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}
