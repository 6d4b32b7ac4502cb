// W8: how long a start takes, and the memory of a server that has nothing to do.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, rssMiB } from '../load/processes.ts';
import { median } from '../load/statistics.ts';
import { endServer, freePort, spawnServer, untilItAnswers } from '../servers/spawn-server.ts';

export interface Startable {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  command(folder: string, port: number): readonly string[];
}

export interface Start {
  readonly target: string;
  readonly startMs: number;
  readonly idleMiB: number;
  /** Until it was idle. */
  readonly cpuMs: number;
}

/** Each on an empty folder, in turns; the middle of `rounds`. The first start of all only fills the page cache. */
export async function measureStarts(
  servers: readonly Startable[],
  folder: string,
  rounds: number,
): Promise<readonly Start[]> {
  const taken = new Map(servers.map(({ name }) => [name, [] as Start[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const server of servers) {
      const start = await startOnce(server, join(folder, `start-${server.name}-${round}`));
      if (round > 0) taken.get(server.name)?.push(start);
    }
  }
  return servers.map(({ name }) => {
    const starts = taken.get(name) ?? [];
    return {
      target: name,
      startMs: median(starts.map((start) => start.startMs)),
      idleMiB: median(starts.map((start) => start.idleMiB)),
      cpuMs: median(starts.map((start) => start.cpuMs)),
    };
  });
}

async function startOnce(server: Startable, folder: string): Promise<Start> {
  mkdirSync(folder);
  const port = await freePort();
  const begin = performance.now();
  const child = spawnServer(server.command(folder, port), { cwd: folder, env: server.env });
  const startMs = await untilItAnswers(child, port, begin);
  await delay(1500);
  const start = {
    target: server.name,
    startMs,
    idleMiB: rssMiB(child.pid),
    cpuMs: cpuSeconds(child.pid) * 1000,
  };
  await endServer(child);
  return start;
}
