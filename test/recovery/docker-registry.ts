import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { digestOf, type Image, type Manifest } from '../harness/image.ts';
import { expectStatus, locationOf, RegistryClient } from '../harness/registry-client.ts';
import { requireProgram, spawnProgram } from '../harness/run-program.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** Debian's build of Docker's registry on a free port of 127.0.0.1. */
export class DockerRegistry implements AsyncDisposable {
  readonly client: RegistryClient;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.client = new RegistryClient(() => ({ host: '127.0.0.1', port }));
  }

  /** @param folder gets its settings; `root` is its `rootdirectory` */
  static async start(folder: string, root: string): Promise<DockerRegistry> {
    requireProgram('docker-registry', 'docker-registry');
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'config.yml');
    writeFileSync(
      file,
      `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${root} }
  delete: { enabled: true }
http: { addr: "127.0.0.1:${port}", secret: test }
catalog: { maxentries: 20000 }
`,
    );
    const child = spawnProgram('docker-registry', ['serve', file], { cwd: folder });
    child.stdout?.resume();
    child.stderr?.resume();
    const registry = new DockerRegistry(child, port);
    await waitUntil('docker-registry answers', () => registry.#answers(), 60_000);
    return registry;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.client.get('/v2/')).status === 200;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  }

  async pushBlob(repository: string, bytes: Buffer, digest = digestOf(bytes)): Promise<void> {
    const location = await this.client.startUpload(repository);
    const { pathname, search } = new URL(location, 'http://registry');
    const answer = await this.client.call('PUT', `${pathname}${search}&digest=${digest}`, {
      headers: { 'Content-Type': 'application/octet-stream' },
      body: bytes,
    });
    expectStatus(answer, 201);
    locationOf(answer);
  }

  async pushImage(repository: string, reference: string, image: Image): Promise<void> {
    for (const blob of [image.config, ...image.layers]) await this.pushBlob(repository, blob);
    await this.pushManifest(repository, reference, image.manifest);
  }

  async pushManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
    await this.client.pushManifest(repository, reference, manifest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
