import { freePorts } from '../harness/free-ports.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { Cable } from '../postgres/cable.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { Nginx } from './nginx.ts';

/** Three instances on one database, and nginx in front of them. */
export class Balanced implements AsyncDisposable {
  readonly database: SharedDatabase;
  readonly servers: readonly BerthServer[];
  /** The way of each instance to the database. */
  readonly cables: readonly Cable[];
  readonly nginx: Nginx;

  private constructor(parts: Pick<Balanced, 'database' | 'servers' | 'cables' | 'nginx'>) {
    this.database = parts.database;
    this.servers = parts.servers;
    this.cables = parts.cables;
    this.nginx = parts.nginx;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Balanced> {
    const database = await SharedDatabase.create();
    const { hostname, port: databasePort } = new URL(database.url);
    const ports = await freePorts(3);
    const servers: BerthServer[] = [];
    const cables: Cable[] = [];
    for (const [index, port] of ports.entries()) {
      const cable = await Cable.to({ host: hostname, port: Number(databasePort) });
      cables.push(cable);
      // The same port at each start: nginx knows the instance by it.
      const args = ['--listen', `127.0.0.1:${port}`, '--trusted-proxies', '127.0.0.1'];
      const its = { ...env, BERTH_DATABASE_URL: database.urlBy(cable.port) };
      servers.push(await database.start(`instance-${index + 1}`, { args, env: its }));
    }
    return new Balanced({ database, servers, cables, nginx: await Nginx.start(ports) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nginx[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    for (const cable of this.cables) await cable[Symbol.asyncDispose]();
  }
}
