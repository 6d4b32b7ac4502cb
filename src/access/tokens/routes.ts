import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../lib/errors.ts';
import { smallBody } from '../../platform/http/request-body.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { principalName } from '../principal.ts';
import { type GiveTokenDeps, giveToken } from './give-token.ts';
import type { TokenKeys } from './token-keys.ts';
import { tokenPath } from './tokens.ts';

const maxFormBytes = 16 * 1024;
const formType = 'application/x-www-form-urlencoded';

/** distribution, "Token Authentication Specification", and its form for OAuth 2. Query and form are never logged. */
export function tokenRoutes(deps: GiveTokenDeps): Routes {
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (request, _payload, parsed) => {
        readForm(request.raw).then((form) => parsed(null, form), parsed);
      });
      scope.get(tokenPath, (request, reply) => answer(deps, request, reply, queryOf(request)));
      scope.post(tokenPath, (request, reply) => answerForm(deps, request, reply));
      scope.route({
        method: ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        url: tokenPath,
        handler: (request) => {
          contextOf(request.raw).route = tokenPath;
          throw new AppError('UNSUPPORTED', { headers: { Allow: 'GET, POST' } });
        },
      });
      done();
    });
  };
}

/** For the admin socket only. */
export function keyAdminRoutes(deps: { readonly keys: TokenKeys }): Routes {
  return (server) => {
    server.post('/keys/rotate', async (request) => {
      contextOf(request.raw).route = '/keys/rotate';
      return { kid: await deps.keys.rotate() };
    });
  };
}

/** RFC 6749 §4.3; another kind of grant is refused in its form (§5.2), by which clients know to use GET. */
async function answerForm(
  deps: GiveTokenDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  context.route = tokenPath;
  if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== formType)
    throw new AppError('BAD_REQUEST', { message: `the body has to be ${formType}` });
  const form = request.body as URLSearchParams;
  const [username, password] = [form.get('username'), form.get('password')];
  const refused =
    form.get('grant_type') !== 'password'
      ? { error: 'unsupported_grant_type', error_description: 'grant_type has to be password' }
      : username === null || username === '' || password === null
        ? { error: 'invalid_request', error_description: 'username and password are needed' }
        : undefined;
  if (refused !== undefined) {
    return reply.code(400).headers({ 'Cache-Control': 'no-store', 'X-Request-Id': context.id }).send(refused);
  }
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  // A colon would move the border between the two.
  const authorization = username?.includes(':') === true ? 'Basic' : `Basic ${basic}`;
  return answer(deps, request, reply, { fields: form, authorization });
}

interface Asked {
  readonly fields: URLSearchParams;
  readonly authorization: string | undefined;
}

async function answer(
  deps: GiveTokenDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { fields, authorization }: Asked,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  context.route = tokenPath;
  const { token, expiresIn, issuedAt, principal } = await giveToken(deps, {
    authorization,
    address: context.clientAddress,
    client: context.client,
    id: context.id,
    services: fields.getAll('service'),
    scopes: fields.getAll('scope'),
  });
  context.principal = principalName(principal);
  return reply.headers({ 'Cache-Control': 'no-store', 'X-Request-Id': context.id }).send({
    token,
    access_token: token,
    expires_in: expiresIn,
    issued_at: new Date(issuedAt * 1000).toISOString(),
  });
}

function queryOf(request: FastifyRequest): Asked {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  const fields = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  return { fields, authorization: request.headers.authorization };
}

async function readForm(request: FastifyRequest['raw']): Promise<URLSearchParams> {
  const body = await smallBody(request, maxFormBytes);
  if (body === undefined)
    throw new AppError('BAD_REQUEST', { message: `the form is larger than ${maxFormBytes} bytes` });
  return new URLSearchParams(body.toString('utf8'));
}
