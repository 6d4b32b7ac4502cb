import type { IncomingMessage } from 'node:http';
import { AppError } from '../../../lib/errors.ts';
import { smallBody } from '../request-body.ts';

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
  const bytes = await collect(request);
  if (bytes === undefined) throw new AppError('BODY_TOO_LARGE');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { message: 'the body is not UTF-8' }, { cause });
  }
}

async function collect(request: IncomingMessage): Promise<Buffer | undefined> {
  try {
    return await smallBody(request, limitBytes);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { message: 'the connection broke inside the body' }, { cause });
  }
}
