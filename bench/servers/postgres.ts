import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endServer, freePort, spawnServer } from './spawn-server.ts';

export interface Postgres {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  stop(): Promise<void>;
}

/** Debian's PostgreSQL as it comes: it syncs its log before it answers a COMMIT. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const binaries = binariesOf();
  mkdirSync(folder);
  const asPostgres = otherThanRoot(folder);
  const data = join(folder, 'data');
  const [program, ...args] = [...asPostgres, join(binaries, 'initdb'), '--pgdata', data];
  const made = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
  execFileSync(program, [...args, ...made], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const server = [join(binaries, 'postgres'), '-D', data, '-p', `${port}`, '-k', folder];
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'];
  const child = spawnServer([...asPostgres, ...server, ...settings], { cwd: folder });
  const isReady = (): boolean => {
    try {
      execFileSync(join(binaries, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`]);
      return true;
    } catch (error) {
      if (child.exitCode !== null) throw error;
      return false;
    }
  };
  while (!isReady()) await delay(50);
  const said = execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: child.pid,
    version: /\d+\.\d+/.exec(said)?.[0] ?? '?',
    stop: () => endServer(child),
  };
}

function binariesOf(): string {
  const found = readdirSync('/usr/lib/postgresql')
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((binaries) => existsSync(join(binaries, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql-15');
  return found;
}

/** PostgreSQL refuses to run as root. */
function otherThanRoot(folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const id = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id, id);
  return ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--'];
}
