// Three instances: what one has written the others serve with the next request; and they may come and go.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, type Image, imageOf, indexOf } from '../harness/image.ts';
import { type Answer, expectStatus, locationOf, RegistryClient } from '../harness/registry-client.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from './two-servers.ts';

const full = process.env['BERTH_TEST_FULL'] === '1';
const moves = full ? 2000 : 200;
const stops = full ? 30 : 3;
const workers = 4;

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const servers = await Promise.all(
  ['one', 'two', 'three'].map((name) => database.start(name, { env: { BERTH_DRAIN_DELAY: '3' } })),
);

function serverAt(index: number): BerthServer {
  const server = servers[index % servers.length];
  assert.ok(server !== undefined);
  return server;
}

test('a tag that one has moved is moved for the others at once, and so is its deletion', async (t) => {
  const clients = servers.map((server) => server.client());
  let stale = 0;
  for (let round = 0; round < moves; round++) {
    const manifest = indexOf([], false, { annotations: { round: `${round}` } });
    const at = round % clients.length;
    await clients[at]?.pushManifest('moving', 'latest', manifest);
    const seen = await Promise.all(clients.map((client) => client.get('/v2/moving/manifests/latest')));
    for (const answer of seen) {
      expectStatus(answer, 200);
      if (answer.headers['docker-content-digest'] !== manifest.digest) stale += 1;
    }
  }
  t.diagnostic(`${moves} moves, ${stale} stale answers of ${moves * clients.length}`);
  assert.equal(stale, 0);
  const [first, ...others] = clients;
  assert.ok(first !== undefined);
  expectStatus(await first.delete('/v2/moving/manifests/latest'), 202);
  for (const other of others) expectStatus(await other.get('/v2/moving/manifests/latest'), 404);
});

test('a grant that one gives or takes counts at the others with the next request', async () => {
  const first = serverAt(0);
  await createProject(first, 'granted');
  await addUsers(first, ['guest']);
  const clients = servers.map((server) => server.client({ username: 'guest', password }));
  const expectPushes = async (status: number): Promise<void> => {
    const answers = await Promise.all(
      clients.map((client) => client.call('POST', '/v2/granted/app/blobs/uploads/', { body: '' })),
    );
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [status, status, status],
    );
  };
  await expectPushes(404);
  for (const giver of [0, 1, 2]) {
    const taker = serverAt(giver + 1);
    await grantRole(serverAt(giver), { username: 'guest', role: 'developer', place: 'granted' });
    await expectPushes(202);
    const args = ['access', 'revoke', 'guest', 'developer', 'granted', '--data', taker.data];
    assert.equal((await berth(args)).code, 0);
    await expectPushes(404);
  }
});

/**
 * Looks at `/readyz` as a balancer does. A connection that the kernel has taken and the program has not yet is reset when
 * the program stops to listen (tcp(7) knows no other end), so nobody may be sent there any more by then.
 */
class Readiness implements Disposable {
  readonly #ready = new Set<BerthServer>(servers);
  readonly #timer = setInterval(() => void Promise.all(servers.map((server) => this.#look(server))), 100);

  has(server: BerthServer): boolean {
    return this.#ready.has(server);
  }

  async #look(server: BerthServer): Promise<void> {
    const client = new RegistryClient(
      () => ({ host: '127.0.0.1', port: server.port }),
      undefined,
      new Agent({ keepAlive: false }),
    );
    const answer = await client.get('/readyz').catch(() => undefined);
    if (answer?.status === 200) this.#ready.add(server);
    else this.#ready.delete(server);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Asks one after the other. A refused connection means that nobody has seen the request: only then the next one is asked. */
class RoundRobin {
  readonly #readiness: Readiness;
  /** Each request has a connection of its own: one that waits for its next request may be closed at any moment. */
  readonly #clients: readonly RegistryClient[] = servers.map(
    (server) =>
      new RegistryClient(
        () => ({ host: '127.0.0.1', port: server.port }),
        { username: 'admin', password },
        new Agent({ keepAlive: false }),
      ),
  );
  #next: number;
  refused = 0;

  constructor(readiness: Readiness, first: number) {
    this.#readiness = readiness;
    this.#next = first;
  }

  async ask(request: (client: RegistryClient) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      this.#next += 1;
      // Where none is ready any of them will do.
      for (let no = 1; no < servers.length && !this.#readiness.has(serverAt(this.#next)); no++)
        this.#next += 1;
      const client = this.#clients[this.#next % this.#clients.length];
      assert.ok(client !== undefined);
      try {
        return await request(client);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || attempt > 20) throw error;
        this.refused += 1;
      }
    }
  }

  async push(tag: string, image: Image): Promise<void> {
    for (const blob of [...image.layers, image.config]) {
      const begun = await this.ask((client) => client.call('POST', '/v2/busy/blobs/uploads/', { body: '' }));
      expectStatus(begun, 202);
      const half = Math.floor(blob.length / 2);
      const patched = await this.ask((client) => client.patch(locationOf(begun), blob.subarray(0, half)));
      expectStatus(patched, 202);
      const done = await this.ask((client) =>
        client.finishUpload(locationOf(patched), digestOf(blob), blob.subarray(half)),
      );
      expectStatus(done, 201);
    }
    expectStatus(await this.ask((client) => client.putManifest('busy', tag, image.manifest)), 201);
  }

  async pull(tag: string, image: Image): Promise<void> {
    const manifest = await this.ask((client) => client.get(`/v2/busy/manifests/${tag}`));
    expectStatus(manifest, 200);
    assert.ok(manifest.body.equals(image.manifest.bytes));
    for (const blob of image.layers) {
      const answer = await this.ask((client) => client.get(`/v2/busy/blobs/${digestOf(blob)}`));
      expectStatus(answer, 200);
      assert.ok(answer.body.equals(blob));
    }
  }
}

test('instances that are stopped and started again cost no request and lose nothing', async (t) => {
  const pushed = new Map<string, Image>();
  const failures: unknown[] = [];
  let stopping = false;
  let refused = 0;
  using readiness = new Readiness();
  const work = async (worker: number): Promise<void> => {
    const robin = new RoundRobin(readiness, worker);
    for (let no = 0; !stopping; no++) {
      const tag = `w${worker}-${no}`;
      const image = imageOf({ seed: tag, layers: [150_000] });
      try {
        await robin.push(tag, image);
        pushed.set(tag, image);
        await robin.pull(tag, image);
      } catch (error) {
        failures.push(error);
      }
    }
    refused += robin.refused;
  };
  const working = Array.from({ length: workers }, (_, worker) => work(worker));
  for (let stop = 0; stop < stops; stop++) {
    const before = pushed.size;
    await waitUntil('pushes go on', () => pushed.size > before + workers, 60_000);
    const server = serverAt(stop);
    const { code } = await server.stop();
    assert.equal(code, 0);
    const without = pushed.size;
    await waitUntil('pushes go on without it', () => pushed.size > without + workers, 60_000);
    await server.restart();
  }
  stopping = true;
  await Promise.all(working);
  t.diagnostic(
    `${stops} stops, ${pushed.size} images, ${refused} connections refused, ${failures.length} failed requests`,
  );
  assert.deepEqual(failures, []);
  for (const [index, [tag, image]] of [...pushed].entries())
    await serverAt(index).client().pullImage('busy', tag, image);
});
