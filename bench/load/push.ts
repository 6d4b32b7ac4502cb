import type { Target } from '../servers/target.ts';
import { type Blob, mediaTypes } from './blob.ts';
import { headerOf, RawClient } from './raw-client.ts';

const octets = 'Content-Type: application/octet-stream\r\n';

/** `put`: POST and PUT. `patch`: POST, one PATCH, PUT. `chunks`: PATCHes of 8 MiB. */
export type PushMode = 'put' | 'patch' | 'chunks';

export function writerOf(target: Target): RawClient {
  return new RawClient(target, target.writer);
}

export async function pushBlob(
  client: RawClient,
  repository: string,
  blob: Blob,
  mode: PushMode = 'put',
): Promise<void> {
  const started = await client.expect(202, 'POST', `/v2/${repository}/blobs/uploads/`, '', []);
  let path = pathIn(headerOf(started, 'location'));
  if (mode === 'patch')
    path = pathIn(headerOf(await client.expect(202, 'PATCH', path, octets, blob.chunks), 'location'));
  if (mode === 'chunks') path = await patchInPieces(client, path, blob);
  const closing = `${path}${path.includes('?') ? '&' : '?'}digest=${blob.digest}`;
  await client.expect(201, 'PUT', closing, octets, mode === 'put' ? blob.chunks : []);
}

async function patchInPieces(client: RawClient, start: string, { chunks }: Blob): Promise<string> {
  let path = start;
  let offset = 0;
  // The first buffer of a blob is short, all others are of 1 MiB.
  for (let index = 0; index < chunks.length; index += 8) {
    const piece = chunks.slice(index, index + 8);
    const end = offset + piece.reduce((sum, chunk) => sum + chunk.length, 0);
    const range = `${octets}Content-Range: ${offset}-${end - 1}\r\n`;
    path = pathIn(headerOf(await client.expect(202, 'PATCH', path, range, piece), 'location'));
    offset = end;
  }
  return path;
}

export async function putManifest(
  client: RawClient,
  repository: string,
  tag: string,
  manifest: Blob,
  mediaType: string = mediaTypes.manifest,
): Promise<void> {
  const path = `/v2/${repository}/manifests/${tag}`;
  await client.expect(201, 'PUT', path, `Content-Type: ${mediaType}\r\n`, manifest.chunks);
}

function pathIn(location: string): string {
  return location.replace(/^https?:\/\/[^/]+/, '');
}
