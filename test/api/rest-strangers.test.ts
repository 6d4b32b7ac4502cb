// A private project and one that does not exist give equal answers to a stranger, on every operation that there is.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import type { Answer, RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['stranger']);
const hiddenId = await makeProject(server.client(), 'closed-project');
const missingId = hiddenId + 1_000;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly type: string };
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = jsonOf<Document>(await server.client(null).get('/api/openapi.json'));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const callers: readonly (readonly [who: string, client: RegistryClient])[] = [
  ['nobody', server.client(null)],
  ['somebody without a role', server.client({ username: 'stranger', password })],
];
const pairs: readonly (readonly [hidden: string, missing: string])[] = [
  ['closed-project', 'absent-project'],
  // By their ids, which no answer repeats.
  [String(hiddenId), String(missingId)],
];

/** The first has a test of its own below; the codes of the second are made by chance; the third does not end. */
const exceptions = ['createProject', 'beginDeviceLogin', 'streamEvents'];

/** Each place where a project can be named, filled with this one. */
function requestsOf({ method, path, operation }: (typeof operations)[number], project: string): string[] {
  const inPath = path.replace('{project_name_or_id}', project).replaceAll(/\{\w+\}/g, 'x');
  const names = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.schema?.type === 'string')
    .map(({ name }) => name);
  const queries = names.flatMap((name) => [`?${name}=${project}`, `?q=name%3D${project}`]);
  if (/^\d+$/.test(project)) return [inPath];
  const needed = method === 'HEAD' ? queries.filter((query) => query.startsWith('?project_name=')) : queries;
  return (needed.length === 0 ? [''] : ['', ...needed]).map((query) => `${inPath}${query}`);
}

/** Without what may differ: the time, and the name that was asked for. */
function shape({ status, headers, body }: Answer, name: string): string {
  const { date: _date, 'content-length': _length, ...rest } = headers;
  const text = JSON.stringify({ status, headers: rest, body: body.toString() });
  const nameless = /^\d+$/.test(name) ? text : text.replaceAll(name, '<project>');
  return nameless.replaceAll(/\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>');
}

for (const [who, client] of callers) {
  for (const each of operations) {
    if (exceptions.includes(each.operation.operationId)) continue;
    test(`a private and a missing project are alike to ${who}: ${each.method} ${each.path}`, async () => {
      for (const [hidden, missing] of pairs) {
        const [hiddenPaths, missingPaths] = [requestsOf(each, hidden), requestsOf(each, missing)];
        for (const [index, path] of hiddenPaths.entries()) {
          const ask = (target: string): Promise<Answer> =>
            client.call(each.method, target, {
              headers: { 'X-Request-Id': 'the-same', 'Content-Type': 'application/json' },
              ...(each.operation.requestBody === undefined ? {} : { body: '{"metadata":{"public":"true"}}' }),
            });
          const [a, b] = [
            shape(await ask(path), hidden),
            shape(await ask(missingPaths[index] ?? ''), missing),
          ];
          assert.equal(a, b, path);
        }
      }
    });
  }
}

test('every operation that names a project in its path was asked', () => {
  const inPath = operations.filter(({ path }) => path.includes('{project_name_or_id}'));
  assert.ok(inPath.length >= 3);
});

test('asking changed nothing', async () => {
  const project = jsonOf<{ metadata: object }>(await server.client().get(`${projects}/closed-project`));
  assert.deepEqual(project.metadata, { public: 'false' });
});

test('making a project is the exception: a name that is taken is told', async () => {
  const [, stranger] = callers[1] ?? [];
  assert.ok(stranger !== undefined);
  const answer = await sendJson(stranger, 'POST', projects, { project_name: 'closed-project' });
  assert.equal(answer.status, 409);
});

test('the time that an answer takes tells nothing', async () => {
  const [, stranger] = callers[1] ?? [];
  assert.ok(stranger !== undefined);
  const ms: Record<string, number[]> = { 'closed-project': [], 'absent-project': [] };
  for (let round = 0; round < 200; round += 1) {
    for (const [name, times] of Object.entries(ms)) {
      const from = performance.now();
      await stranger.get(`${projects}/${name}`);
      times.push(performance.now() - from);
    }
  }
  const quantile = (times: readonly number[] = [], part: number): number =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? 0;
  const [hidden, missing] = [ms['closed-project'], ms['absent-project']];
  // The middle of one lies within the middle half of the other.
  assert.ok(quantile(hidden, 0.5) < quantile(missing, 0.9) && quantile(missing, 0.5) < quantile(hidden, 0.9));
});
