import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Logger } from '../../log/logger.ts';
import { createHttpServer } from '../server.ts';
import { TrustedProxies } from '../trusted-proxies.ts';
import type { ApiCall, ApiRoute, Body, Parameters } from './api-route.ts';
import { openApiDocument } from './open-api-document.ts';
import { serveApi } from './serve-api.ts';

const seen: ApiCall<Parameters, Body | undefined>[] = [];

function route(method: ApiRoute['method'], path: string, more: Partial<ApiRoute> = {}): ApiRoute {
  return {
    method,
    path,
    operationId: `${method} ${path}`,
    tag: 'test',
    summary: 'test',
    needs: 'nothing',
    parameters: {},
    answers: { 200: { description: 'done' } },
    refusals: [],
    answer: (call) => {
      seen.push(call);
      return Promise.resolve({ status: 200, body: { route: `${method} ${path}` } });
    },
    ...more,
  };
}

const integer = { type: 'integer', format: 'int64' } as const;
const things = {
  page: { in: 'query', description: '', schema: { ...integer, default: 1 } },
  page_size: { in: 'query', description: '', schema: { ...integer, maximum: 100, default: 10 } },
  needed: { in: 'query', required: true, description: '', schema: { type: 'string' } },
  flag: { in: 'query', description: '', schema: { type: 'boolean' } },
  'X-Named': { in: 'header', description: '', schema: { type: 'boolean', default: false } },
} as const satisfies Parameters;
const thing: Body = {
  name: 'thing',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 5 },
      size: integer,
      open: { type: 'boolean' },
      inner: { type: 'object', properties: { word: { type: 'string' } } },
      list: { type: 'array', items: { type: 'string' } },
    },
  },
};

const routes: readonly ApiRoute[] = [
  route('GET', '/api/v2.0/things', { parameters: things }),
  route('POST', '/api/v2.0/things', { body: thing }),
  route('POST', '/api/v2.0/optional', { body: { ...thing, optional: true } }),
  route('GET', '/api/v2.0/things/{thing}', {
    parameters: { thing: { in: 'path', required: true, description: '', schema: { type: 'string' } } },
  }),
  route('GET', '/api/v2.0/things/special'),
  route('GET', '/api/v2.0/text', {
    answers: { 200: { description: 'text', mediaType: 'text/plain' } },
    answer: () => Promise.resolve({ status: 200, body: 'Pong' }),
  }),
  route('PUT', '/api/v2.0/empty', { answer: () => Promise.resolve({ status: 200 }) }),
  route('GET', '/api/v2.0/broken', { answer: () => Promise.reject(new Error('secret cause')) }),
];

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const outside = { externalUrl: undefined, proxies: new TrustedProxies([]) };
let port = 0;
const log: Logger = { debug() {}, info() {}, warn() {}, error() {} };
let server: ReturnType<typeof createServer>;

before(async () => {
  server = createServer(await createHttpServer([serveApi(routes)], log, outside));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
});
after(() => server.close());

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

function ask(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> =
      body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const started = request({ port, host: '127.0.0.1', method, path, headers: { ...length, ...headers } });
    started.on('error', reject);
    started.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    started.end(body);
  });
}

function refusal(got: Got): { code: string; message: string } {
  assert.equal(got.headers['content-type'], 'application/json; charset=utf-8');
  assert.ok(got.text.endsWith('\n'));
  const body = JSON.parse(got.text) as { errors: { code: string; message: string }[] };
  assert.deepEqual(Object.keys(body), ['errors']);
  assert.equal(body.errors.length, 1);
  assert.deepEqual(Object.keys(body.errors[0]!), ['code', 'message']);
  return body.errors[0]!;
}

const asJson = { 'Content-Type': 'application/json' };

for (const [path, name] of [
  ['/api/v2.0/things?needed=1', 'GET /api/v2.0/things'],
  ['/api/v2.0/things/?needed=1', 'GET /api/v2.0/things'],
  ['/api//v2.0///things//?needed=1', 'GET /api/v2.0/things'],
  ['/api/v2.0/things/special', 'GET /api/v2.0/things/special'],
  ['/api/v2.0/things/special/', 'GET /api/v2.0/things/special'],
  ['/api/v2.0/things/other', 'GET /api/v2.0/things/{thing}'],
] as const) {
  test(`repeated and trailing slashes do not count: ${path}`, async () => {
    const got = await ask('GET', path);
    assert.equal(got.status, 200, got.text);
    assert.deepEqual(JSON.parse(got.text), { route: name });
    assert.equal(got.headers['content-type'], 'application/json; charset=utf-8');
  });
}

test('a name in the path is decoded once, slashes and all', async () => {
  for (const [sent, name] of [
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['%2e%2e', '..'],
    ['a%20b', 'a b'],
  ]) {
    await ask('GET', `/api/v2.0/things/${sent}`);
    assert.equal(seen.at(-1)?.parameters['thing'], name);
  }
});

for (const path of [
  '/api/v2.0/nothing',
  '/api',
  '/api/',
  '/api/v2.0',
  '/api/v2.0/things/a/b',
  '/api/v3/things',
]) {
  test(`an address that there is not is told: ${path}`, async () => {
    const got = await ask('GET', path);
    assert.equal(got.status, 404);
    assert.deepEqual(refusal(got), { code: 'NOT_FOUND', message: `path ${path} was not found` });
  });
}

test('a method that an address does not have is refused with those it has', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const got = await ask(method, '/api/v2.0/things');
    assert.equal(got.status, 405);
    assert.equal(got.headers['allow'], 'GET, POST');
    assert.deepEqual(refusal(got), {
      code: 'METHOD_NOT_ALLOWED',
      message: `method ${method} is not allowed, but [GET,POST] are`,
    });
  }
});

for (const path of ['/api/v2.0/%zz', '/api/v2.0/things/%ff', '/api/%c0']) {
  test(`an address that cannot be read is refused in the same form: ${path}`, async () => {
    const got = await ask('GET', path);
    assert.equal(got.status, 400);
    assert.equal(refusal(got).code, 'BAD_REQUEST');
  });
}

const badParameters: Readonly<Record<string, string>> = {
  '': 'needed in query is required',
  'needed=': 'needed in query is required',
  'needed=1&page=x': 'page in query must be of type int64: "x"',
  'needed=1&page=1.5': 'page in query must be of type int64: "1.5"',
  'needed=1&page=9223372036854775808': 'page in query must be of type int64: "9223372036854775808"',
  'needed=1&page_size=101': 'page_size in query should be less than or equal to 100',
  'needed=1&page_size=1000000000': 'page_size in query should be less than or equal to 100',
  'needed=1&flag=maybe': 'flag in query must be of type boolean: "maybe"',
};

for (const [query, problem] of Object.entries(badParameters)) {
  test(`parameters that do not fit are 422, with a line for each: ${query}`, async () => {
    const got = await ask('GET', `/api/v2.0/things?${query}`);
    assert.equal(got.status, 422);
    assert.deepEqual(refusal(got), {
      code: 'UNPROCESSABLE_ENTITY',
      message: `validation failure list:\n${problem}`,
    });
  });
}

test('every parameter that does not fit has its line', async () => {
  const got = await ask('GET', '/api/v2.0/things?page=x&page_size=y', { headers: { 'X-Named': 'z' } });
  assert.equal(refusal(got).message.split('\n').length, 5);
});

test('parameters are bound by their types, the last of several counts, an empty one is none', async () => {
  await ask('GET', '/api/v2.0/things?needed=a+b%2Bc&page=7&page=+8&page_size=-1&flag=&other=1&page=', {
    headers: { 'X-Named': 'true' },
  });
  assert.deepEqual(seen.at(-1)?.parameters, {
    page: 1,
    page_size: -1,
    needed: 'a b+c',
    flag: undefined,
    'X-Named': true,
  });
  await ask('GET', '/api/v2.0/things?needed=1&page=9223372036854775807&flag=1');
  const bound = seen.at(-1)?.parameters;
  assert.deepEqual([bound?.['page'], bound?.['flag']], [Number.MAX_SAFE_INTEGER, true]);
});

for (const query of ['needed=1;page=2', 'needed=%', 'needed=%zz', 'needed=%ff', 'needed=a%00b', '%00=1']) {
  test(`a query that others read in another way is refused: ${query}`, async () => {
    const got = await ask('GET', `/api/v2.0/things?${query}`);
    assert.equal(got.status, 400);
    const { code, message } = refusal(got);
    assert.equal(code, 'BAD_REQUEST');
    assert.match(message, /^invalid query string: /);
  });
}

const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = asJson): Promise<Got> =>
  ask('POST', '/api/v2.0/things', { body, headers });

test('of a body only what the schema names is kept, with the type that it says', async () => {
  const sent =
    '{"name":"abc","size":3,"open":null,"owner_id":9,"__proto__":{"name":"x"},"constructor":{"prototype":{}},"inner":{"word":"w","more":1,"__proto__":{"polluted":1}},"list":["a"]}';
  assert.equal((await post(sent)).status, 200);
  const body = seen.at(-1)?.body;
  assert.deepEqual(body, { name: 'abc', size: 3, inner: { word: 'w' }, list: ['a'] });
  assert.equal(Object.getPrototypeOf(body), Object.prototype);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.equal((await post('{"__proto__":{"name":"x"}}')).status, 200);
  assert.deepEqual(seen.at(-1)?.body, {});
});

test('a body that may be left out is empty then, whatever type it is said to have', async () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const headers of [{}, form, asJson]) {
    assert.equal((await ask('POST', '/api/v2.0/optional', { headers })).status, 200);
    assert.deepEqual(seen.at(-1)?.body, {});
  }
  assert.equal((await ask('POST', '/api/v2.0/optional', { headers: form, body: 'a=b' })).status, 415);
  assert.equal((await ask('POST', '/api/v2.0/optional', { headers: asJson, body: '{' })).status, 422);
});

const badBodies: readonly (readonly [string, RegExp])[] = [
  ['', /thing in body is required/],
  [' ', /thing in body is required/],
  ['null', /thing in body is required/],
  ['{', /parsing thing body from "" failed, because /],
  ['{"name":"abc"} x', /parsing thing body/],
  ['\ufeff{}', /parsing thing body/],
  ['[]', /thing in body must be of type object/],
  ['"x"', /thing in body must be of type object/],
  ['{"name":1}', /name in body must be of type string/],
  ['{"name":"abcdef"}', /name in body should be at most 5 chars long/],
  ['{"size":"1"}', /size in body must be of type int64/],
  ['{"size":1.5}', /size in body must be of type int64/],
  ['{"size":1e400}', /size in body must be of type int64/],
  ['{"size":9007199254740993}', /size in body must be of type int64/],
  ['{"open":"true"}', /open in body must be of type boolean/],
  ['{"inner":[]}', /inner in body must be of type object/],
  ['{"list":{}}', /list in body must be of type array/],
  ['{"list":[1]}', /list\.0 in body must be of type string/],
];

for (const [body, problem] of badBodies) {
  test(`a body that does not fit is 422: ${body}`, async () => {
    const got = await post(body);
    assert.equal(got.status, 422, got.text);
    const { code, message } = refusal(got);
    assert.equal(code, 'UNPROCESSABLE_ENTITY');
    assert.match(message, /^validation failure list:\n/);
    assert.match(message, problem);
  });
}

test('a body that is nested deeply is read, and what it hides is left out', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.equal((await post(`{"name":"abc","x":${deep}}`)).status, 200);
  assert.deepEqual(seen.at(-1)?.body, { name: 'abc' });
  assert.equal((await post('['.repeat(100_000))).status, 422);
});

test('a body that is no JSON by its type is 415, whatever it holds', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', undefined]) {
    const got = await post('{}', type === undefined ? {} : { 'Content-Type': type });
    assert.equal(got.status, 415, String(type));
    assert.equal(refusal(got).code, 'UNSUPPORTED_MEDIA_TYPE');
  }
  for (const type of ['application/json; charset=utf-8', 'Application/JSON'])
    assert.equal((await post('{}', { 'Content-Type': type })).status, 200);
});

test('a content type that is no type is 415', async () => {
  for (const type of ['/', 'x', 'application/json, text/plain', 'a/b;;;=', '"'])
    assert.equal((await post('{}', { 'Content-Type': type })).status, 415, type);
});

test('a body over the limit is 413, announced or not', async () => {
  const large = `{"name":"${'x'.repeat(1024 * 1024)}"}`;
  for (const headers of [asJson, { ...asJson, 'Transfer-Encoding': 'chunked' }]) {
    const got = await new Promise<Got>((resolve, reject) => {
      const started = request({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v2.0/things',
        headers: 'Transfer-Encoding' in headers ? headers : { ...headers, 'Content-Length': large.length },
      });
      started.on('error', reject);
      started.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      started.end(large);
    });
    assert.equal(got.status, 413);
    assert.equal(refusal(got).code, 'REQUEST_ENTITY_TOO_LARGE');
  }
});

test('a body that is not UTF-8 is refused', async () => {
  const got = await post(Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]));
  assert.equal(got.status, 400);
});

test('who takes no answer of the type that there is gets 406', async () => {
  const status = async (path: string, accept: string): Promise<number> =>
    (await ask('GET', path, { headers: { Accept: accept } })).status;
  for (const accept of ['*/*', 'application/json', 'application/*;q=0.1', 'text/html, */*;q=0.8', ''])
    assert.equal(await status('/api/v2.0/things/x', accept), 200, accept);
  for (const accept of ['text/html', 'application/xml', 'text/*', '*/*, application/json;q=0'])
    assert.equal(await status('/api/v2.0/things/x', accept), 406, accept);
  assert.equal(await status('/api/v2.0/text', 'text/plain'), 200);
  assert.equal(await status('/api/v2.0/text', 'application/json'), 406);
});

test('an answer without a body has no type, text is sent as it is', async () => {
  const empty = await ask('PUT', '/api/v2.0/empty');
  assert.deepEqual([empty.status, empty.text, empty.headers['content-type']], [200, '', undefined]);
  assert.equal(empty.headers['content-length'], '0');
  const text = await ask('GET', '/api/v2.0/text');
  assert.deepEqual([text.text, text.headers['content-type']], ['Pong', 'text/plain; charset=utf-8']);
});

test('every answer has the id of its request, sets no cookie and is not sniffed', async () => {
  for (const path of [
    '/api/v2.0/text',
    '/api/v2.0/nothing',
    '/api/v2.0/things',
    '/api/v2.0/broken',
    '/api/%zz',
  ]) {
    const got = await ask('GET', path, { headers: { 'X-Request-Id': 'mine' } });
    assert.equal(got.headers['x-request-id'], 'mine');
    assert.equal(got.headers['set-cookie'], undefined);
    assert.equal(got.headers['www-authenticate'], undefined);
  }
  assert.match(String((await ask('GET', '/api/v2.0/text')).headers['x-request-id']), /^.+$/);
});

test('what broke is for the log only', async () => {
  const got = await ask('GET', '/api/v2.0/broken');
  assert.equal(got.status, 500);
  assert.equal(refusal(got).code, 'UNKNOWN');
  assert.doesNotMatch(got.text, /secret/);
});

test('the document names every operation, every parameter and every name of a path', () => {
  const document = openApiDocument(routes, { version: '1.2.3' }) as unknown as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; parameters: object[]; responses: object }>>;
  };
  assert.equal(document.openapi, '3.1.0');
  const told = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(told.toSorted(), routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  const get = document.paths['/api/v2.0/things']?.['get'];
  assert.equal(get?.parameters.length, 1 + Object.keys(things).length);
  assert.ok('422' in (get?.responses ?? {}));
});
