import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../../lib/errors.ts';
import { smallBody } from '../request-body.ts';

const maxFormBytes = 16 * 1024;

/** The bodies of these routes are forms of browsers, and nothing else. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, _payload, parsed) => {
    readForm(request.raw).then((form) => parsed(null, form), parsed);
  });
}

export function formOf({ body }: FastifyRequest): URLSearchParams | undefined {
  return body instanceof URLSearchParams ? body : undefined;
}

async function readForm(request: FastifyRequest['raw']): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: 'only application/x-www-form-urlencoded is taken here',
    });
  const body = await smallBody(request, maxFormBytes);
  if (body === undefined)
    throw new AppError('BODY_TOO_LARGE', { message: `the form is larger than ${maxFormBytes} bytes` });
  return new URLSearchParams(body.toString('utf8'));
}
