import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobPath } from './berth.ts';
import { endServer, freePort, spawnServer, untilItAnswers } from './spawn-server.ts';
import type { Target } from './target.ts';

/** Docker's registry or its successor, set up for speed: blobs' sizes in memory, no access log, no sign-in. */
export async function startPeer(name: string, program: string, folder: string): Promise<Target> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawnServer(peerCommand(program, folder, port), { cwd: folder, env: peerEnvironment });
  await untilItAnswers(child, port, startedAt);
  return {
    name,
    version: /v?(\d+\.\d+\.\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '?',
    ports: [port],
    pids: [child.pid],
    blobPath: (digest) => blobPath(join(folder, 'data'), digest),
    stop: () => endServer(child),
  };
}

export const peerEnvironment = { OTEL_TRACES_EXPORTER: 'none' } as const;

/** Writes the configuration, too. */
export function peerCommand(program: string, folder: string, port: number): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'config.yml');
  writeFileSync(
    file,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${join(folder, 'data')}, maxthreads: 100 }
  cache: { blobdescriptor: inmemory }
  delete: { enabled: true }
http: { addr: "127.0.0.1:${port}", secret: bench }
catalog: { maxentries: 20000 }
`,
  );
  return [program, 'serve', file];
}

/** The paths of the peers' programs; a missing one is named with the way to get it. */
export function peerPrograms(): Readonly<Record<'docker-registry' | 'distribution', string>> {
  if (spawnSync('docker-registry', ['--version']).status !== 0)
    throw new Error('docker-registry is not installed: apt-get install docker-registry');
  const script = join(import.meta.dirname, '../peers/build.sh');
  return {
    'docker-registry': 'docker-registry',
    distribution: execFileSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim(),
  };
}
