import type { IncomingMessage } from 'node:http';
import { bodyWithheld } from './ask-for-body.ts';

/** An answer is lost when the connection closes while the client still sends: so much is read and thrown away. */
const drainLimitBytes = 64 * 1024 * 1024;
const drainLimitMs = 30_000;
/** For the body of a client that was to wait and got a final answer: most send none. */
const withheldLimitMs = 1000;

/**
 * Reads the rest of a body that nobody wants. `done` is called once: when the body has ended, the client has gone, or
 * enough was read; in the last case the connection is closed if `done` does not do it.
 */
export function drainRest(request: IncomingMessage, done: (() => void) | undefined): void {
  let bytes = 0;
  const finish = (): void => {
    clearTimeout(timer);
    request.off('end', finish).off('close', finish);
    done?.();
    done = undefined;
  };
  const giveUp = (): void => {
    if (done === undefined) request.destroy();
    finish();
  };
  const timer = setTimeout(giveUp, bodyWithheld(request) ? withheldLimitMs : drainLimitMs).unref();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > drainLimitBytes) giveUp();
  });
  request.once('end', finish).once('close', finish);
  request.resume();
}
