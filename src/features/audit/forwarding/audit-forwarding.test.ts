import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createSecure, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { issueAuthority, issueForServer } from '../../../platform/crypto/issue-certificate.ts';
import { testMasterKey } from '../../../platform/crypto/test-master-key.testing.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import { Settings } from '../../../platform/settings/settings.ts';
import { AuditForwarding } from './audit-forwarding.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Takes messages with their length before them (RFC 6587, 3.4.1). */
class Receiver implements AsyncDisposable {
  readonly messages: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(server: Server, event: 'connection' | 'secureConnection') {
    this.#server = server;
    server.on(event, (socket: Socket) => {
      this.#sockets.add(socket);
      let rest = Buffer.alloc(0);
      socket.on('error', () => socket.destroy());
      socket.on('data', (piece: Buffer) => {
        rest = this.#take(Buffer.concat([rest, piece]));
      });
    });
  }

  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  #take(bytes: Buffer): Buffer<ArrayBuffer> {
    let rest = bytes;
    for (;;) {
      const space = rest.indexOf(32);
      const length = Number(rest.subarray(0, Math.max(space, 0)).toString());
      if (space < 1 || rest.length < space + 1 + length) return Buffer.from(rest);
      this.messages.push(rest.subarray(space + 1, space + 1 + length).toString());
      rest = rest.subarray(space + 1 + length);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const overTcp = (): Receiver => new Receiver(createServer(), 'connection');

async function open(dialect: (typeof dialects)[number], more: { doubtMs?: number } = {}) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const settings = await Settings.open({ db, masterKey: testMasterKey(), log: quiet });
  const forwarding = new AuditForwarding({
    db,
    endpoint: () => settings.get('audit_log_forward_endpoint'),
    prefix: () => 'robot$',
    host: 'registry.example',
    log: quiet,
    ...more,
  });
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const world = {
    db,
    forwarding,
    set: (audit_log_forward_endpoint: string) => settings.change({ audit_log_forward_endpoint }, systemActor),
    write: (from: number, to: number) =>
      db.transaction(async (tx) => {
        for (let no = from; no <= to; no += 1) {
          const event = { at: no, actor: systemActor, projectId: 1 };
          await append(tx, { ...event, type: 'blob.pushed', object: 'x' });
          await append(tx, { ...event, type: 'tag.moved', object: 'library/app:v9999', step: true });
          await append(tx, { ...event, type: 'tag.moved', object: `library/app:v${no}`, data: { a: 'ü]"' } });
        }
      }),
    start: () => {
      stop = new AbortController();
      running = forwarding.run(stop.signal);
    },
    stop: async () => {
      stop.abort();
      await running;
    },
    [Symbol.asyncDispose]: async () => {
      await world.stop();
      await settings[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** The numbers of the tags that messages tell of, in their order. */
function numbersOf(messages: readonly string[]): number[] {
  return messages.flatMap((text) => {
    const [, no] = /object="library\/app:v(\d+)"/.exec(text) ?? [];
    return no === undefined ? [] : [Number(no)];
  });
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!(await holds())) {
    assert.ok(performance.now() < giveUpAt, `for 20 s in vain: ${what}`);
    await delay(20);
  }
}

for (const dialect of dialects) {
  test(`events go out in their order, from the one that switched it on (${dialect})`, async () => {
    await using receiver = overTcp();
    const port = await receiver.listen();
    await using world = await open(dialect);
    await world.write(900, 901);
    assert.equal(await world.forwarding.lag(), undefined);
    await world.set(`127.0.0.1:${port}`);
    await world.write(1, 300);
    assert.equal((await world.forwarding.lag())?.count, 301);
    world.start();
    await until('all', () => receiver.messages.length === 301);
    const [first, second] = receiver.messages;
    assert.match(first ?? '', /^<110>1 \S+Z registry\.example berth - configuration\.updated \[berth@32473 /);
    assert.match(second ?? '', /^<110>1 1970-01-01T00:00:00\.001Z registry\.example berth - tag\.moved \[/);
    assert.match(
      second ?? '',
      / data="\{\\"a\\":\\"ü\\\]\\\\\\"\\"\}"\] \uFEFFsystem: set tag: library\/app:v1$/,
    );
    assert.deepEqual(numbersOf(receiver.messages), upTo(300));
    await until('all are known to be received', async () => (await world.forwarding.lag())?.count === 0);
    await world.stop();
    await world.write(301, 302);
    world.start();
    await until('the rest', () => receiver.messages.length >= 303);
    assert.deepEqual(numbersOf(receiver.messages), upTo(302), 'none twice after an orderly stop');
  });

  test(`what a server took with it when it died is sent again (${dialect})`, async () => {
    await using world = await open(dialect);
    await using first = overTcp();
    const port = await first.listen();
    await world.set(`tcp://127.0.0.1:${port}`);
    world.start();
    await world.write(1, 50);
    await until('some', () => first.messages.length > 20);
    await first[Symbol.asyncDispose]();
    await world.write(51, 60);
    await using second = overTcp();
    await until('the port is free', async () => {
      try {
        await second.listen(port);
        return true;
      } catch {
        return false;
      }
    });
    await until('all', () => numbersOf(second.messages).at(-1) === 60);
    const all = numbersOf([...first.messages, ...second.messages]);
    assert.deepEqual([...new Set(all)], upTo(60));
    const again = numbersOf(second.messages);
    assert.deepEqual(
      again,
      again.toSorted((one, other) => one - other),
      'in order',
    );
  });

  test(`what was sent and not read counts as nothing when the connection breaks (${dialect})`, async () => {
    await using world = await open(dialect, { doubtMs: 600_000 });
    const arrived = Promise.withResolvers<Socket>();
    const deaf = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.unref().once('readable', () => arrived.resolve(socket));
    });
    // A test that fails here must not go on for ever.
    deaf.unref().listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const { port } = deaf.address() as AddressInfo;
    await world.set(`127.0.0.1:${port}`);
    await world.write(1, 50);
    world.start();
    const socket = await arrived.promise;
    // Time enough to count it as received, for who would.
    await delay(1200);
    assert.equal((await world.forwarding.lag())?.count, 51);
    socket.destroy();
    deaf.close();
    await once(deaf, 'close');
    await using receiver = overTcp();
    await receiver.listen(port);
    await until('all', () => numbersOf(receiver.messages).length >= 50);
    assert.deepEqual(numbersOf(receiver.messages), upTo(50));
  });

  test(`another server gets what comes after; one that is gone is told of, and switched off ends it (${dialect})`, async () => {
    await using world = await open(dialect);
    await using one = overTcp();
    await using other = overTcp();
    await world.set(`127.0.0.1:${await one.listen()}`);
    world.start();
    await world.write(1, 3);
    await until('three', () => numbersOf(one.messages).length === 3);
    await world.set(`127.0.0.1:${await other.listen()}`);
    await world.write(4, 5);
    await until('two', () => numbersOf(other.messages).at(-1) === 5);
    await world.set('');
    await until('it ends', async () => (await world.forwarding.lag()) === undefined);
    await world.write(6, 9);
    await world.stop();
    await world.set('127.0.0.1:1');
    world.start();
    assert.equal(await world.forwarding.problem(), undefined);
    await world.write(10, 10);
    // Its time is that of 1970.
    await until('it is told', async () => /^\d+ events wait/.test((await world.forwarding.problem()) ?? ''));
    assert.deepEqual(numbersOf(other.messages).includes(6), false);
  });

  test(`one message a datagram over UDP (${dialect})`, async () => {
    const socket = createSocket('udp4');
    const messages: string[] = [];
    socket.on('message', (bytes) => messages.push(bytes.toString()));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    await using world = await open(dialect);
    await world.set(`udp://127.0.0.1:${socket.address().port}`);
    world.start();
    await world.write(1, 20);
    await until('all', () => numbersOf(messages).length >= 20);
    assert.deepEqual(numbersOf(messages), upTo(20));
    assert.ok(messages.every((text) => text.startsWith('<110>1 ')));
    await world.stop();
    socket.close();
  });

  test(`over TLS to a server whose certificate is trusted, and to no other (${dialect})`, async () => {
    // Node checks the dates of a certificate by the real clock.
    const now = Date.now();
    const authority = issueAuthority(['localhost'], now);
    const { certificate, key } = issueForServer(authority, ['localhost'], now);
    await using receiver = new Receiver(createSecure({ cert: certificate, key }), 'secureConnection');
    const port = await receiver.listen();
    await using world = await open(dialect);
    await world.set(`tls://localhost:${port}`);
    await world.write(1, 10);
    world.start();
    await delay(300);
    assert.equal(receiver.messages.length, 0);
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, authority.certificate]);
    try {
      await until('all', () => numbersOf(receiver.messages).length === 10);
    } finally {
      setDefaultCACertificates(before);
    }
  });
}
