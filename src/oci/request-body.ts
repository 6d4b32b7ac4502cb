import type { IncomingMessage } from 'node:http';
import { AppError } from '../lib/errors.ts';
import { askForBody } from '../platform/http/ask-for-body.ts';

/**
 * The body as it arrives; a client that waits to be asked for it is asked when the reading begins. Leaving the loop early does not break the connection, so that the refusal can still be
 * read by the client.
 */
export function requestBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      askForBody(request);
      return request
        .iterator({ destroyOnReturn: false })
        [Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    },
  };
}

/** @throws AppError MANIFEST_TOO_LARGE as soon as there is more than the limit, announced or sent */
export async function readSmallBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw new AppError('MANIFEST_TOO_LARGE');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of requestBody(request)) {
    length += chunk.length;
    if (length > limitBytes) throw new AppError('MANIFEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
