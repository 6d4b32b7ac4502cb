import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from '../../harness/run-program.ts';
import { BerthServer, type ServerOptions } from '../../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../../harness/temporary-folder.ts';
import { parseStrace } from './strace-log.ts';
import { type CheckedAnswer, checkTrace, type Rules, receivingCalls, sendingCalls } from './sync-checker.ts';
import { followedCalls } from './sync-model.ts';

/**
 * Runs a server in an empty folder below `strace` while `work` asks it, and checks everything that it did from its
 * first call to its last answer.
 */
export async function tracedServer(
  options: ServerOptions & { readonly promises: Rules['promises'] },
  work: (server: BerthServer) => Promise<void>,
): Promise<readonly CheckedAnswer[]> {
  requireProgram('strace', 'strace');
  const folder = temporaryFolder();
  const traces = temporaryFolder();
  const log = join(traces, 'strace.log');
  const calls = [...new Set([...followedCalls, ...receivingCalls, ...sendingCalls])];
  // `?`: not every machine has every call. `-D`: the server stays the child of the test.
  const filter = `trace=${calls.map((call) => `?${call}`).join(',')}`;
  const wrap = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-y', '-s', '128', '-o', log, '-e', filter];
  try {
    const server = await BerthServer.start({ limitMs: 60_000, ...options, wrap, folder });
    const { data, storage } = server;
    try {
      await work(server);
    } finally {
      await server.stop();
    }
    const { promises } = options;
    const database = options.env?.['BERTH_DATABASE_URL'] === undefined ? 'sqlite' : 'postgres';
    const events = parseStrace(readFileSync(log, 'utf8'));
    const { answers, paths } = checkTrace(events, { folder, data, storage, database, promises });
    assert.deepEqual(paths, pathsBelow(folder), 'the trace does not show all that was made and removed');
    return answers;
  } finally {
    removeFolder(folder);
    removeFolder(traces);
  }
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .toSorted();
}
