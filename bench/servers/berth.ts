import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endServer, freePort, spawnServer, untilItAnswers } from './spawn-server.ts';
import type { Target } from './target.ts';

const repository = resolve(import.meta.dirname, '../..');
const node = join(repository, 'node_modules', '.bin', 'node');
const password = 'Correct-Horse-7';

/** Where the program is taken from. */
export type Form = 'dist' | 'src';

export const administrator = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

export function entryOf(form: Form): string {
  const entry = join(repository, form === 'dist' ? 'dist/main.js' : 'src/main.ts');
  if (existsSync(entry)) return entry;
  throw new Error(`${entry} is not there: run npm run build`);
}

/** What an installation starts Node with. */
function heapFlags(): readonly string[] {
  const launcher = readFileSync(join(repository, 'bin', 'berth'), 'utf8');
  const flags = /^exec "\$node" (--.+) "\$main"/m.exec(launcher)?.[1];
  if (flags === undefined) throw new Error('bin/berth does not say what Node is started with');
  return flags.split(' ');
}

/** `serve` on a data folder of its own below `folder`. */
export function serveCommand(form: Form, folder: string, port: number): readonly string[] {
  const data = join(folder, 'data');
  return [
    node,
    ...heapFlags(),
    entryOf(form),
    'serve',
    '--listen',
    `127.0.0.1:${port}`,
    '--data',
    data,
    '--drain-delay',
    '0',
  ];
}

/** As the launcher sets it. */
export function berthEnvironment(form: Form): Readonly<Record<string, string>> {
  const cache = { NODE_COMPILE_CACHE: join(repository, 'node_modules', '.cache', 'berth') };
  return { UV_THREADPOOL_SIZE: '32', BERTH_ADMIN_PASSWORD: password, ...(form === 'src' ? cache : {}) };
}

/** What an instance has in common with others. */
export interface Shared {
  readonly database: string;
  readonly storage: string;
}

export async function startBerth(
  name: string,
  form: Form,
  folder: string,
  {
    shared,
    environment = {},
  }: { readonly shared?: Shared | undefined; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Target> {
  const port = await freePort();
  const startedAt = performance.now();
  const env = {
    ...berthEnvironment(form),
    ...(shared === undefined ? {} : sharedEnvironment(shared)),
    ...environment,
  };
  const child = spawnServer(serveCommand(form, folder, port), { cwd: folder, env });
  await untilItAnswers(child, port, startedAt);
  const description = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    name,
    version: description.version,
    ports: [port],
    pids: [child.pid],
    writer: administrator,
    blobPath: (digest) => blobPath(shared?.storage ?? join(folder, 'data', 'storage'), digest),
    stop: () => endServer(child),
  };
}

function sharedEnvironment({ database, storage }: Shared): Readonly<Record<string, string>> {
  return { BERTH_DATABASE_URL: database, BERTH_STORAGE: storage, BERTH_SECRET_KEY: '5a'.repeat(32) };
}

/** The project of all workloads: strangers read there, the administrator writes. */
export function createBenchProject(form: Form, folder: string): void {
  const args = [entryOf(form), 'project', 'create', 'bench', '--public', '--data', join(folder, 'data')];
  execFileSync(node, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A token for pulls from one repository, got as clients do. */
export async function pullToken(target: Target, repository: string): Promise<string> {
  const address = `http://127.0.0.1:${target.ports[0]}`;
  const challenge = (await fetch(`${address}/v2/`)).headers.get('www-authenticate') ?? '';
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1];
  const service = /service="([^"]+)"/.exec(challenge)?.[1];
  if (realm === undefined || service === undefined) throw new Error(`no challenge: ${challenge}`);
  const query = new URLSearchParams({ service, scope: `repository:${repository}:pull` });
  const answer = await fetch(`${realm}?${query.toString()}`, { headers: { authorization: administrator } });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

/** All servers keep blobs in the layout of Docker's registry. */
export function blobPath(storage: string, digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
}
