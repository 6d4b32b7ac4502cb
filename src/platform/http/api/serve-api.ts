import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../lib/errors.ts';
import { contextOf, type RequestContext } from '../request-context.ts';
import type { Routes } from '../server.ts';
import { accepts } from './accepts.ts';
import type { ApiAnswer, ApiRoute } from './api-route.ts';
import { bindBody } from './bind-body.ts';
import { bindParameters } from './bind-parameters.ts';
import { parseQuery } from './parse-query.ts';
import { readBody } from './read-body.ts';
import { RouteTree, segmentsOf } from './route-tree.ts';

const json = 'application/json';

/** Of an answer in pieces: how much is made before the client has taken what came before. */
const roomBytes = 64 * 1024;

/** RFC 9110 §8.3.1, parameters aside. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Everything below `/api`. The order of checks is Harbor's: address, method, type of the answer and of the body, then
 * binding (422); who asks and what exists is for the route.
 */
export function serveApi(routes: readonly ApiRoute[]): Routes {
  const tree = new RouteTree(routes);
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      // Bodies are read once it is clear that the address takes one.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      scope.addHook('onRequest', ({ raw }, _reply, next) => {
        // Fastify refuses what is no type, also where nobody would read the body.
        const type = raw.headers['content-type'];
        if (type !== undefined && !mediaType.test(type))
          raw.headers['content-type'] = 'application/octet-stream';
        next();
      });
      for (const url of ['/api', '/api/*']) {
        scope.route({
          method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          url,
          handler: async (request, reply) => {
            const { route, answer } = await run(tree, request);
            return send(reply, route, answer, contextOf(request.raw));
          },
        });
      }
      done();
    });
  };
}

async function run(
  tree: RouteTree,
  { raw, method }: FastifyRequest,
): Promise<{ route: ApiRoute; answer: ApiAnswer }> {
  const context = contextOf(raw);
  const url = raw.url ?? '';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const found = tree.find(method, path);
  if (found === undefined)
    throw new AppError('ADDRESS_UNKNOWN', { message: `path ${path.slice(0, 200)} was not found` });
  if ('methods' in found) {
    const { methods } = found;
    throw new AppError('UNSUPPORTED', {
      message: `method ${method} is not allowed, but [${methods.join(',')}] are`,
      headers: { Allow: methods.join(', ') },
    });
  }
  const { route, values } = found;
  context.route = route.path;
  const types = mediaTypesOf(route);
  if (!types.some((type) => accepts(raw.headers.accept, type))) {
    throw new AppError('NOT_ACCEPTABLE', {
      message: `unsupported media type requested, only [${types.join(',')}] are available`,
    });
  }
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1));
  const text = route.body === undefined ? '' : await readBody(raw);
  const problems: string[] = [];
  const header = (name: string): string | undefined => {
    const value = raw.headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  };
  const parameters = bindParameters(route.parameters, { path: values, query, header }, problems);
  const body = route.body === undefined ? undefined : bindBody(route.body, text, problems);
  if (problems.length > 0) {
    throw new AppError('UNPROCESSABLE', {
      message: ['validation failure list:', ...problems].join('\n').slice(0, 2000),
    });
  }
  const answer = await route.answer({
    method,
    // The declaration that these were bound by is the route's own.
    parameters,
    body: body as never,
    path: `/${segmentsOf(path).join('/')}`,
    query,
    context,
    authorization: raw.headers.authorization,
    header,
    host: raw.headers.host,
  });
  return { route, answer };
}

/** The first one is what a text is sent as. */
function mediaTypesOf(route: ApiRoute): readonly [string, ...string[]] {
  const kind = Object.values(route.answers).find(({ mediaType }) => mediaType !== undefined);
  const other = kind?.otherMediaType;
  return [kind?.mediaType ?? json, ...(other === undefined ? [] : [other])];
}

function send(
  reply: FastifyReply,
  route: ApiRoute,
  answer: ApiAnswer,
  context: RequestContext,
): FastifyReply {
  const { status, headers = {}, body } = answer;
  const { id, answerHeaders } = context;
  void reply.code(status).headers({ ...answerHeaders, ...headers, 'X-Request-Id': id });
  if (body === undefined) return reply.send();
  if (body instanceof Uint8Array) return reply.send(body);
  if (body instanceof Readable) return reply.send(body);
  if (isPieces(body))
    return reply.send(Readable.from(told(body, context), { objectMode: false, highWaterMark: roomBytes }));
  const [type] = mediaTypesOf(route);
  return reply
    .type(type === 'application/octet-stream' ? type : `${type}; charset=utf-8`)
    .send(type === json || typeof body !== 'string' ? `${JSON.stringify(body)}\n` : body);
}

function isPieces(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** The status has been sent by then: a client sees that the answer is cut off, and the log why. */
async function* told(pieces: AsyncIterable<string>, context: RequestContext): AsyncGenerator<Buffer> {
  try {
    for await (const piece of pieces) yield Buffer.from(piece);
  } catch (error) {
    context.error = error;
    throw error;
  }
}
