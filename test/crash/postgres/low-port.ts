import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system gives to outgoing connections, so that it is still free after a restart. */
const first = 20_000;
const count = 12_000;

/** A free port of 127.0.0.1 for a server that comes back on the same one. */
export async function lowPort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    const server = createServer();
    const taken = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(true)).once('listening', () => resolve(false));
    });
    server.listen(port, '127.0.0.1');
    if (await taken) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
