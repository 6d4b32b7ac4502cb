import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { askForBody } from './ask-for-body.ts';
import { Listeners, type RequestHandler } from './listeners.ts';

const idleMs = 400;
/** So long a connection would not live if there were a limit for the whole of it. */
const longMs = 3 * idleMs;

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  readonly closed: () => boolean;
}

async function withServer(handle: RequestHandler, run: (client: Client) => Promise<void>): Promise<void> {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false, { idleMs });
  listeners.serve(handle);
  const socket = connect(listeners.port, '127.0.0.1');
  let text = '';
  let closed = false;
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text = (text + piece).slice(-2000);
  });
  // A cut connection is what some of these tests wait for.
  socket.on('error', () => socket.destroy());
  for (const event of ['end', 'close'] as const)
    socket.on(event, () => {
      closed = true;
    });
  try {
    await run({ socket, text: () => text, closed: () => closed });
  } finally {
    socket.destroy();
    await listeners.close();
  }
}

const readAll: RequestHandler = (request, response) => {
  request.resume();
  request.once('end', () => response.end('read'));
};

test('a body of which nothing more comes ends the request, after the time and not long after', async () => {
  let abortedAfter = 0;
  const handle: RequestHandler = (request, response) => {
    const from = performance.now();
    request.once('close', () => {
      abortedAfter = performance.now() - from;
    });
    readAll(request, response);
  };
  await withServer(handle, async ({ socket, closed }) => {
    socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await delay(2.5 * idleMs);
    assert.ok(closed());
    assert.ok(abortedAfter >= idleMs - 20 && abortedAfter < 2 * idleMs, String(abortedAfter));
  });
});

test('a body of one byte now and then is read to its end', async () => {
  await withServer(readAll, async ({ socket, text }) => {
    socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n');
    for (let at = 0; at < 10; at++) {
      await delay(longMs / 10);
      socket.write('x');
    }
    await delay(100);
    assert.match(text(), /read$/);
  });
});

test('a client that waits for the server is not cut: no body, a body that is not read yet, one not asked for', async () => {
  const handle: RequestHandler = (request, response) => {
    setTimeout(() => {
      askForBody(request);
      readAll(request, response);
    }, longMs);
  };
  for (const request of [
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`,
    'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
  ]) {
    await withServer(handle, async ({ socket, text }) => {
      socket.write(request);
      await delay(longMs + 200);
      if (text().includes(' 100 ')) socket.write('body');
      await delay(100);
      assert.match(text(), /read$/, request.slice(0, 80));
    });
  }
});

/** Much more than lies in buffers of the kernel. */
const plenty = Buffer.alloc(64 * 1024 * 1024);
/** Of a full buffer the kernel tells the other side only when a sixteenth is free again, 2 MiB at most. */
const aLittle = 512 * 1024;

test('a reader that takes nothing is cut', async () => {
  let closedAfter: number | undefined;
  const handle: RequestHandler = (_request, response) => {
    const from = performance.now();
    response.once('close', () => {
      closedAfter = performance.now() - from;
    });
    response.end(plenty);
  };
  await withServer(handle, async ({ socket }) => {
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await delay(3 * idleMs);
    assert.ok(closedAfter !== undefined && closedAfter >= idleMs - 20, String(closedAfter));
  });
});

test('a reader that takes a little now and then is not cut, although the process sees no progress', {
  skip: process.platform === 'linux' ? false : 'only Linux tells what lies in the kernel',
}, async () => {
  let closed = false;
  const handle: RequestHandler = (_request, response) => {
    response.once('close', () => {
      closed = !response.writableFinished;
    });
    response.end(plenty);
  };
  await withServer(handle, async ({ socket }) => {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    let taken = 0;
    socket.on('data', (piece: string) => {
      taken += piece.length;
      if (taken >= aLittle) socket.pause();
    });
    const until = performance.now() + 3 * longMs;
    while (performance.now() < until) {
      taken = 0;
      socket.resume();
      await delay(idleMs / 8);
    }
    assert.equal(closed, false);
  });
});

test('a connection between two requests stays', async () => {
  await withServer(readAll, async ({ socket, text }) => {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await delay(longMs);
    assert.match(text(), /Keep-Alive: timeout=9\d/);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await delay(100);
    assert.equal(text().match(/200 OK/g)?.length, 2);
  });
});
