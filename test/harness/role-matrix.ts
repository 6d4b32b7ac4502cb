import assert from 'node:assert/strict';
import { digestOf, type Image, imageOf } from './image.ts';
import type { Answer, RegistryClient } from './registry-client.ts';
import { type Holder, plantHolders, roleMatrix, type Way } from './role-holders.ts';
import type { BerthServer } from './start-server.ts';

interface Operation {
  readonly what: string;
  readonly permission: string;
  /** Another one that is enough. */
  readonly or?: string;
  /** Of who may: also what comes of a request that then turns out to be about nothing. */
  readonly right: number;
  readonly run: (client: RegistryClient, project: string, headers: Record<string, string>) => Promise<Answer>;
}

const path = 'app/web';
const image: Image = imageOf({ seed: 'matrix' });
const layer = image.layers[0] ?? Buffer.alloc(0);
const { digest, bytes, mediaType } = image.manifest;

function ask(method: string, tail: string, body?: Buffer | string, type?: string): Operation['run'] {
  return (client, project, headers) =>
    client.call(method, `/v2/${project}/${path}/${tail}`, {
      headers: { ...headers, ...(type === undefined ? {} : { 'Content-Type': type }) },
      ...(body === undefined ? {} : { body }),
    });
}

const [pull, push, drop] = ['repository:pull', 'repository:push', 'repository:delete'];

/** Each operation of the distribution API, in an order in which each finds what it needs. */
const ofContent: readonly Operation[] = [
  { what: 'a manifest', permission: pull, right: 200, run: ask('GET', 'manifests/v1') },
  { what: 'the head of a manifest', permission: pull, right: 200, run: ask('HEAD', 'manifests/v1') },
  { what: 'a blob', permission: pull, right: 200, run: ask('GET', `blobs/${digestOf(layer)}`) },
  { what: 'tags', permission: pull, right: 200, run: ask('GET', 'tags/list') },
  { what: 'referrers', permission: pull, right: 200, run: ask('GET', `referrers/${digest}`) },
  { what: 'an upload', permission: push, right: 202, run: ask('POST', 'blobs/uploads/', '') },
  {
    what: 'a blob at once',
    permission: push,
    right: 201,
    run: ask('POST', `blobs/uploads/?digest=${digestOf(layer)}`, layer),
  },
  { what: 'a push by tag', permission: push, right: 201, run: ask('PUT', 'manifests/v2', bytes, mediaType) },
  {
    what: 'a push by digest',
    permission: push,
    right: 201,
    run: ask('PUT', `manifests/${digest}?tag=v3`, bytes, mediaType),
  },
  { what: 'the end of a tag', permission: drop, right: 202, run: ask('DELETE', 'manifests/v3') },
  {
    what: 'the end of a blob',
    permission: drop,
    right: 405,
    run: ask('DELETE', `blobs/${digestOf(layer)}`),
  },
];

function rest(permission: string, right: number, method: string, tail: string, body?: unknown): Operation {
  return {
    what: `${method} ${tail}`,
    permission,
    right,
    run: (client, project) =>
      client.call(method, `/api/v2.0/projects/${project}${tail}`, {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      }),
  };
}

const repository = '/repositories/app%252Fweb';
const artifact = `${repository}/artifacts/v1`;

/** Of Harbor's API one for each permission that has some; what changes something changes nothing twice. */
const ofApi: readonly Operation[] = [
  rest('project:read', 200, 'GET', ''),
  rest('project:update', 200, 'PUT', '', { metadata: { sparse_manifests: 'false' } }),
  {
    ...rest('security-policy:update', 200, 'PUT', '', { metadata: { severity: 'low' } }),
    or: 'project:update',
  },
  rest('repository:list', 200, 'GET', '/repositories'),
  rest('repository:read', 200, 'GET', repository),
  rest('repository:update', 200, 'PUT', repository, { description: 'tried' }),
  rest('artifact:list', 200, 'GET', `${repository}/artifacts`),
  rest('artifact:read', 200, 'GET', artifact),
  rest('artifact:delete', 404, 'DELETE', `${repository}/artifacts/none`),
  rest('artifact-addition:read', 200, 'GET', `${artifact}/additions/build_history`),
  rest('artifact-label:create', 404, 'POST', `${artifact}/labels`, { id: 4711 }),
  rest('artifact-label:delete', 404, 'DELETE', `${artifact}/labels/4711`),
  rest('accessory:list', 200, 'GET', `${artifact}/accessories`),
  rest('tag:list', 200, 'GET', `${artifact}/tags`),
  rest('tag:create', 409, 'POST', `${artifact}/tags`, { name: 'v1' }),
  rest('tag:delete', 404, 'DELETE', `${artifact}/tags/none`),
  rest('member:list', 200, 'GET', '/members'),
  rest('member:read', 404, 'GET', '/members/4711'),
  rest('member:create', 400, 'POST', '/members', { role_id: 99 }),
  rest('member:update', 404, 'PUT', '/members/4711', { role_id: 3 }),
  rest('member:delete', 404, 'DELETE', '/members/4711'),
  rest('metadata:list', 200, 'GET', '/metadatas/'),
  rest('metadata:read', 200, 'GET', '/metadatas/severity'),
  rest('metadata:create', 400, 'POST', '/metadatas/', {}),
  rest('metadata:update', 400, 'PUT', '/metadatas/none', { none: 'x' }),
  rest('metadata:delete', 200, 'DELETE', '/metadatas/none'),
  rest('immutable-tag:list', 200, 'GET', '/immutabletagrules'),
  rest('immutable-tag:create', 400, 'POST', '/immutabletagrules', {}),
  rest('immutable-tag:delete', 404, 'DELETE', '/immutabletagrules/4711'),
  rest('log:list', 200, 'GET', '/logs'),
];

const rows = new Map(roleMatrix.matrix.map((row) => [row.permission, row] as const));

function mayDo(way: Way, letter: string, permission: string): boolean {
  return rows.get(permission)?.[way].includes(letter) === true;
}

/** What `/v2` tells who may not: strangers that there is nothing. */
function refusalOfContent(way: Way, letter: string): number {
  if (letter === 'N') return 401;
  if (way === 'public') return 403;
  const sees = way === 'none' ? 'SUX' : 'AMDGLCXSU';
  return sees.includes(letter) ? 403 : 404;
}

/** How many requests were made, by way. */
export type Attempts = ReadonlyMap<Way, number>;

export function attemptsText(attempts: Attempts): string {
  const total = [...attempts.values()].reduce((sum, count) => sum + count, 0);
  return `${total} requests: ${[...attempts].map(([way, count]) => `${way} ${count}`).join(', ')}`;
}

/**
 * Everybody who has a role by some way tries every operation; of the distribution API with a password and with a token.
 * @param port where requests go; accounts are made through the server itself
 */
export async function tryMatrix(server: BerthServer, port = server.port): Promise<Attempts> {
  const admin = server.client();
  const holders = await plantHolders(server, port);
  const attempts = new Map<Way, number>();
  for (const project of new Set(holders.map((each) => each.project)))
    await admin.pushImage(`${project}/${path}`, 'v1', image);
  for (const holder of holders) {
    const count = await tryAll(admin, holder);
    attempts.set(holder.way, (attempts.get(holder.way) ?? 0) + count);
  }
  for (const client of new Set(holders.map((each) => each.client))) client.close();
  return attempts;
}

async function tryAll(admin: RegistryClient, { client, way, letter, project }: Holder): Promise<number> {
  let attempts = 0;
  const attempt = async (operation: Operation, refused: number, headers = {}): Promise<void> => {
    const { status } = await operation.run(client, project, headers);
    const { permission, or = permission, right } = operation;
    const may = mayDo(way, letter, permission) || mayDo(way, letter, or);
    const expected = may ? right : refused;
    const how = 'Authorization' in headers ? 'with a token' : 'with a password';
    assert.equal(status, expected, `${letter} by ${way}, ${how}: ${operation.what}`);
    attempts += 1;
  };
  const refused = refusalOfContent(way, letter);
  for (const headers of [{}, { Authorization: `Bearer ${await tokenFor(client, project)}` }]) {
    await admin.pushManifest(`${project}/${path}`, 'v3', image.manifest);
    for (const operation of ofContent) await attempt(operation, refused, headers);
  }
  for (const operation of ofApi) await attempt(operation, letter === 'N' ? 401 : 403);
  return attempts;
}

async function tokenFor(client: RegistryClient, project: string): Promise<string> {
  const scope = `repository:${project}/${path}:pull,push,delete`;
  const answer = await client.get(`/service/token?service=harbor-registry&scope=${scope}`);
  assert.equal(answer.status, 200);
  return (JSON.parse(answer.body.toString()) as { token: string }).token;
}
