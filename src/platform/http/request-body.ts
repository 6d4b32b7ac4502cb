import type { IncomingMessage } from 'node:http';
import { askForBody } from './ask-for-body.ts';

/**
 * The body as it arrives; a client that waits to be asked for it is asked when the reading begins. Leaving the loop
 * early does not break the connection, so that the refusal can still be read by the client.
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

/** All of it; undefined as soon as there is more than the limit, announced or sent. */
export async function smallBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of requestBody(request)) {
    length += chunk.length;
    if (length > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
