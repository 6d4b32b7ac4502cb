import { freePorts } from '../harness/free-ports.ts';
import type { BerthServer } from '../harness/start-server.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { Nginx } from './nginx.ts';

/** Three instances on one database, and nginx in front of them. */
export class Balanced implements AsyncDisposable {
  readonly database: SharedDatabase;
  readonly servers: readonly BerthServer[];
  readonly nginx: Nginx;

  private constructor(database: SharedDatabase, servers: readonly BerthServer[], nginx: Nginx) {
    this.database = database;
    this.servers = servers;
    this.nginx = nginx;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Balanced> {
    const database = await SharedDatabase.create();
    const ports = await freePorts(3);
    const servers: BerthServer[] = [];
    for (const [index, port] of ports.entries()) {
      // The same port at each start: nginx knows the instance by it.
      const args = ['--listen', `127.0.0.1:${port}`, '--trusted-proxies', '127.0.0.1'];
      servers.push(await database.start(`instance-${index + 1}`, { args, env }));
    }
    return new Balanced(database, servers, await Nginx.start(ports));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nginx[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }
}
