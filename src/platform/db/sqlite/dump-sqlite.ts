import { once } from 'node:events';
import type { Threads } from '../../threads/threads.ts';
import type { DumpAnswer, DumpInput, DumpMessage } from './dump-thread.ts';

/** The dump of a database that others read and write meanwhile, made in a thread. Memory is a few chunks. */
export async function* dumpSqlite(threads: Threads, input: DumpInput): AsyncGenerator<Uint8Array> {
  const thread = threads.start('dump', input, { maxYoungGenerationSizeMb: 8 });
  const ended = once(thread, 'exit');
  try {
    for (;;) {
      const [message] = (await once(thread, 'message')) as [DumpMessage];
      if (message.kind === 'failed') throw message.error;
      if (message.kind === 'done') break;
      yield message.chunk;
      thread.postMessage('more' satisfies DumpAnswer);
    }
  } finally {
    thread.postMessage('stop' satisfies DumpAnswer);
    await ended;
  }
}
