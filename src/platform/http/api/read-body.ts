import type { IncomingMessage } from 'node:http';
import { AppError } from '../../../lib/errors.ts';

const limitBytes = 1024 * 1024;

/**
 * The text of a JSON body; empty when there is none.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BAD_REQUEST
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { headers } = request;
  const length = Number(headers['content-length'] ?? 0);
  if (length === 0 && headers['transfer-encoding'] === undefined) return '';
  const type = (headers['content-type'] ?? 'application/octet-stream').split(';', 1)[0]?.trim() ?? '';
  if (type.toLowerCase() !== 'application/json') {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: `unsupported media type ${JSON.stringify(type.slice(0, 100))}, only [application/json] are allowed`,
    });
  }
  const bytes = length > limitBytes ? undefined : await collect(request);
  if (bytes === undefined) throw new AppError('BODY_TOO_LARGE');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { message: 'the body is not UTF-8' }, { cause });
  }
}

/** Undefined: it is too large; the rest is not kept. */
async function collect(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    // Breaking off must not cut the connection: the refusal goes out on it.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > limitBytes) return undefined;
      pieces.push(piece);
    }
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { message: 'the connection broke inside the body' }, { cause });
  }
  return Buffer.concat(pieces);
}
