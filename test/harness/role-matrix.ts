import assert from 'node:assert/strict';
import { addUsers, grantRole } from './accounts.ts';
import { digestOf, type Image, imageOf } from './image.ts';
import { type Answer, RegistryClient } from './registry-client.ts';
import { type BerthServer, password } from './start-server.ts';

type Need = 'pull' | 'push' | 'delete';

interface Operation {
  readonly what: string;
  readonly needs: Need;
  readonly right: number;
  readonly run: (client: RegistryClient, headers: Record<string, string>) => Promise<Answer>;
}

const repository = 'matrix/app';
const image: Image = imageOf({ seed: 'matrix' });
const layer = image.layers[0] ?? Buffer.alloc(0);
const { digest, bytes, mediaType } = image.manifest;

function ask(method: string, tail: string, body?: Buffer | string, type?: string): Operation['run'] {
  return (client, headers) =>
    client.call(method, `/v2/${repository}/${tail}`, {
      headers: { ...headers, ...(type === undefined ? {} : { 'Content-Type': type }) },
      ...(body === undefined ? {} : { body }),
    });
}

/** Each operation of the API, in an order in which each finds what it needs. */
const operations: readonly Operation[] = [
  { what: 'a manifest', needs: 'pull', right: 200, run: ask('GET', 'manifests/v1') },
  { what: 'the head of a manifest', needs: 'pull', right: 200, run: ask('HEAD', 'manifests/v1') },
  { what: 'a blob', needs: 'pull', right: 200, run: ask('GET', `blobs/${digestOf(layer)}`) },
  { what: 'tags', needs: 'pull', right: 200, run: ask('GET', 'tags/list') },
  { what: 'referrers', needs: 'pull', right: 200, run: ask('GET', `referrers/${digest}`) },
  { what: 'an upload', needs: 'push', right: 202, run: ask('POST', 'blobs/uploads/', '') },
  {
    what: 'a blob at once',
    needs: 'push',
    right: 201,
    run: ask('POST', `blobs/uploads/?digest=${digestOf(layer)}`, layer),
  },
  { what: 'a push by tag', needs: 'push', right: 201, run: ask('PUT', 'manifests/v2', bytes, mediaType) },
  {
    what: 'a push by digest',
    needs: 'push',
    right: 201,
    run: ask('PUT', `manifests/${digest}?tag=v3`, bytes, mediaType),
  },
  { what: 'the end of a tag', needs: 'delete', right: 202, run: ask('DELETE', 'manifests/v3') },
  { what: 'the end of a blob', needs: 'delete', right: 405, run: ask('DELETE', `blobs/${digestOf(layer)}`) },
];

/** What each role may (Harbor's table), and what the refusal is. */
const rights: Readonly<Record<string, { readonly may: readonly Need[]; readonly refused: number }>> = {
  projectAdmin: { may: ['pull', 'push', 'delete'], refused: 403 },
  maintainer: { may: ['pull', 'push', 'delete'], refused: 403 },
  developer: { may: ['pull', 'push'], refused: 403 },
  guest: { may: ['pull'], refused: 403 },
  limitedGuest: { may: ['pull'], refused: 403 },
  stranger: { may: [], refused: 404 },
  nobody: { may: [], refused: 401 },
};

/**
 * Every role tries every operation, with its password and with a token. Returns how many attempts there were.
 * @param port where requests go; accounts are made through the server itself
 */
export async function tryMatrix(server: BerthServer, port = server.port): Promise<number> {
  const admin = server.client();
  const people = Object.keys(rights).filter((who) => who !== 'nobody');
  await addUsers(server, people);
  for (const who of people.slice(0, 5))
    await grantRole(server, { username: who, role: who, place: 'matrix' });
  await admin.pushImage(repository, 'v1', image);
  let attempts = 0;
  for (const [who, { may, refused }] of Object.entries(rights)) {
    const client = new RegistryClient(
      () => ({ host: '127.0.0.1', port }),
      who === 'nobody' ? undefined : { username: who, password },
    );
    const token = await tokenFor(client);
    for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
      await admin.pushManifest(repository, 'v3', image.manifest);
      for (const { what, needs, right, run } of operations) {
        const { status } = await run(client, headers);
        const expected = may.includes(needs) ? right : refused;
        const how = 'Authorization' in headers ? 'token' : 'password';
        assert.equal(status, expected, `${who}, by ${how}: ${what}`);
        attempts += 1;
      }
    }
    client.close();
  }
  return attempts;
}

async function tokenFor(client: RegistryClient): Promise<string> {
  const scope = `repository:${repository}:pull,push,delete`;
  const answer = await client.get(`/service/token?service=harbor-registry&scope=${scope}`);
  assert.equal(answer.status, 200);
  return (JSON.parse(answer.body.toString()) as { token: string }).token;
}
