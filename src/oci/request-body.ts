import type { IncomingMessage } from 'node:http';
import { AppError } from '../lib/errors.ts';

/**
 * The body as it arrives. Leaving the loop early does not break the connection, so that the refusal can still be
 * read by the client.
 */
export function requestBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

/** @throws AppError MANIFEST_TOO_LARGE as soon as there is more than the limit, whatever was announced */
export async function readSmallBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of requestBody(request)) {
    length += chunk.length;
    if (length > limitBytes) throw new AppError('MANIFEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
