// What is taken away on one instance is refused on the others within a second, while all of them are busy.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { askAdmin } from '../harness/admin-socket.ts';
import { imageOf, SeededChance } from '../harness/image.ts';
import { type Answer, expectStatus, locationOf, RegistryClient } from '../harness/registry-client.ts';
import { makeProject, projects, sendJson } from '../harness/rest.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { type Reaction, reactions, spread, told, type Withdrawal } from './withdrawal.ts';

const full = process.env['BERTH_TEST_FULL'] === '1';
const people = 8;
const rounds = full ? 40 : 13;
const roundsOfOthers = full ? 10 : 3;
const loadClients = 16;

const chance = new SeededChance('withdrawals');
const image = imageOf({ seed: 'withdrawn', layers: [4000] });
const database = await SharedDatabase.create();
const servers = [await database.start('one'), await database.start('two'), await database.start('three')];
const [first] = servers as [BerthServer];
const clients: RegistryClient[] = [];
let stopped = false;
let requests = 0;
let load: Promise<unknown> = Promise.resolve();

before(async () => {
  const admin = first.client();
  await makeProject(admin, 'secret');
  await admin.pushImage('secret/app', '1', image);
  load = Promise.all(Array.from({ length: loadClients }, (_, no) => work(no)));
});
after(async () => {
  stopped = true;
  await load;
  for (const client of clients) client.close();
  await database[Symbol.asyncDispose]();
});

async function work(no: number): Promise<void> {
  const client = servers[no % servers.length]!.client();
  for (let round = 0; !stopped; round++) {
    const own = imageOf({ seed: `load ${no} ${round}`, layers: [2000] });
    await client.pushImage(`library/load-${no}`, `t${round % 10}`, own);
    await client.pullImage('secret/app', '1', image);
    requests += 8;
    await delay(5);
  }
}

interface Person {
  readonly name: string;
  secret: string;
}

async function addPerson(name: string): Promise<Person> {
  await askAdmin(first, '/users/create', { username: name, password });
  return { name, secret: password };
}

/** One of the three takes it away; the others are asked. */
function pick(): { readonly acting: BerthServer; readonly others: readonly BerthServer[] } {
  const acting = servers[chance.below(servers.length)]!;
  return { acting, others: servers.filter((each) => each !== acting) };
}

function as(server: BerthServer, who: Person | undefined): RegistryClient {
  const client = new RegistryClient(
    () => ({ host: '127.0.0.1', port: server.port }),
    who === undefined ? undefined : { username: who.name, password: who.secret },
  );
  clients.push(client);
  return client;
}

const scope = 'repository:secret/app:pull,push';

async function bearerOf(server: BerthServer, who: Person): Promise<Record<string, string>> {
  const answer = await as(server, who).get(`/service/token?service=harbor-registry&scope=${scope}`);
  expectStatus(answer, 200);
  return { Authorization: `Bearer ${(JSON.parse(String(answer.body)) as { token: string }).token}` };
}

const pull = (client: RegistryClient, headers = {}): Promise<Answer> =>
  client.get('/v2/secret/app/manifests/1', headers);

const push = (client: RegistryClient, headers: Record<string, string> = {}): Promise<Answer> =>
  client.call('PUT', '/v2/secret/app/manifests/2', {
    headers: { 'Content-Type': image.manifest.mediaType, ...headers },
    body: image.manifest.bytes,
  });

/** Pulls and pushes in turn, with the password and with a token from before. */
async function everyWay(
  server: BerthServer,
  who: Person,
  issuer: BerthServer,
): Promise<() => Promise<Answer>> {
  const [client, bearer] = [as(server, who), await bearerOf(issuer, who)];
  let turn = 0;
  return () => {
    turn += 1;
    const headers = turn % 4 < 2 ? bearer : {};
    return turn % 2 === 0 ? pull(client, headers) : push(client, headers);
  };
}

const developer = ({ name }: Person, project = 'secret'): object => ({
  username: name,
  role: 'developer',
  project,
});

test('a role that was taken away', async (t) => {
  const times = await Promise.all(
    Array.from({ length: people }, async (_, no) => {
      const person = await addPerson(`revoked-${no}`);
      const found: Reaction[] = [];
      for (let round = 0; round < rounds; round++) {
        const { acting, others } = pick();
        await askAdmin(others[0]!, '/grants/grant', developer(person));
        const asks = await Promise.all(others.map((each) => everyWay(each, person, acting)));
        const withdraw = () => askAdmin(acting, '/grants/revoke', developer(person));
        found.push(...(await reactions({ asks, withdraw, refusal: [401, 404] })));
      }
      return found;
    }),
  );
  t.diagnostic(`${people * rounds} roles taken away; ${told(times.flat())}`);
  t.diagnostic(`${requests} requests of ${loadClients} other clients meanwhile`);
});

/** The same for one thing after the other, each with somebody or something new. */
async function repeat(
  t: { diagnostic(message: string): void },
  make: (round: number, acting: BerthServer, others: readonly BerthServer[]) => Promise<Withdrawal>,
): Promise<void> {
  const times: Reaction[] = [];
  for (let round = 0; round < roundsOfOthers; round++) {
    const { acting, others } = pick();
    times.push(...(await reactions(await make(round, acting, others))));
  }
  t.diagnostic(told(times));
}

describe('as quickly go', { concurrency: true }, () => {
  test('a role that was exchanged for a lesser one', (t) =>
    repeat(t, async (round, acting, others) => {
      const person = await addPerson(`lessened-${round}`);
      const guest = { ...developer(person), role: 'guest' };
      await askAdmin(acting, '/grants/grant', developer(person));
      return {
        asks: others.map((each) => () => push(as(each, person))),
        withdraw: async () => {
          await askAdmin(acting, '/grants/grant', guest);
          await askAdmin(acting, '/grants/revoke', developer(person));
        },
        refusal: [403],
      };
    }));

  test('the role of an administrator of everything', (t) =>
    repeat(t, async (round, acting, others) => {
      const person = await addPerson(`administrator-${round}`);
      const role = { username: person.name, role: 'systemAdmin' };
      await askAdmin(acting, '/grants/grant', role);
      return {
        asks: await Promise.all(others.map((each) => everyWay(each, person, acting))),
        withdraw: () => askAdmin(acting, '/grants/revoke', role),
        refusal: [401, 404],
      };
    }));

  test('an account that was switched off', (t) =>
    repeat(t, async (round, acting, others) => {
      const person = await addPerson(`disabled-${round}`);
      await askAdmin(acting, '/grants/grant', developer(person));
      return {
        asks: await Promise.all(others.map((each) => everyWay(each, person, acting))),
        withdraw: () => askAdmin(acting, '/users/disable', { username: person.name }),
        // Somebody who guesses at a closed account is slowed.
        refusal: [401, 429],
      };
    }));

  test('a password that was changed, with the tokens that it gave', (t) =>
    repeat(t, async (round, acting, others) => {
      const person = await addPerson(`changed-${round}`);
      await askAdmin(acting, '/grants/grant', developer(person));
      return {
        asks: await Promise.all(others.map((each) => everyWay(each, person, acting))),
        withdraw: () =>
          askAdmin(acting, '/users/reset-password', {
            username: person.name,
            password: `Changed-${round}-Horse`,
          }),
        refusal: [401, 429],
      };
    }));

  test('a project that was made private', (t) =>
    repeat(t, async (round, acting, others) => {
      const name = `opened-${round}`;
      const admin = as(acting, { name: 'admin', secret: password });
      const id = await makeProject(admin, name, { public: 'true' });
      await admin.pushImage(`${name}/app`, '1', image);
      return {
        asks: others.map((each) => () => as(each, undefined).get(`/v2/${name}/app/manifests/1`)),
        withdraw: async () =>
          expectStatus(
            await sendJson(admin, 'PUT', `${projects}/${id}`, { metadata: { public: 'false' } }),
            200,
          ),
        refusal: [401],
      };
    }));

  test('a project that was deleted', (t) =>
    repeat(t, async (round, acting, others) => {
      const name = `deleted-${round}`;
      const person = await addPerson(name);
      const admin = as(acting, { name: 'admin', secret: password });
      await makeProject(admin, name);
      await askAdmin(acting, '/grants/grant', developer(person, name));
      return {
        asks: others.map(
          (each) => () => as(each, person).call('POST', `/v2/${name}/app/blobs/uploads/`, { body: '' }),
        ),
        withdraw: async () => expectStatus(await admin.delete(`${projects}/${name}`), 200),
        refusal: [404],
      };
    }));
});

test('an upload that was begun before the role was taken away does not go on', async () => {
  const person = await addPerson('uploading');
  const { acting, others } = pick();
  await askAdmin(acting, '/grants/grant', developer(person));
  const location = await as(acting, person).startUpload('secret/app');
  const answer = await as(others[0]!, person).patch(location, 'some');
  expectStatus(answer, 202);
  await askAdmin(acting, '/grants/revoke', developer(person));
  for (const each of servers) expectStatus(await as(each, person).patch(locationOf(answer), 'more'), 404);
});

test('a token that was signed with a key of a second ago is known to all, and those of the keys before it', async (t) => {
  const person = await addPerson('keys');
  await askAdmin(first, '/grants/grant', developer(person));
  const tokens: Record<string, string>[] = [];
  const times: number[] = [];
  for (let round = 0; round < roundsOfOthers; round++) {
    const { acting, others } = pick();
    await askAdmin(acting, '/keys/rotate', {});
    tokens.push(await bearerOf(acting, person));
    const begun = performance.now();
    await Promise.all(
      others.map(async (each) => {
        for (const bearer of tokens.toReversed()) expectStatus(await pull(as(each, undefined), bearer), 200);
        times.push(performance.now() - begun);
      }),
    );
  }
  t.diagnostic(`${spread(times)} until a token of a new key was taken elsewhere, and the older ones`);
});

test('the load went on all the while', () => assert.ok(requests > 100));
