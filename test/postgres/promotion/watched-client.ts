import { type Answer, type Call, RegistryClient } from '../../harness/registry-client.ts';
import { type BerthServer, password } from '../../harness/start-server.ts';

export interface Seen {
  readonly call: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** An administrator's client that remembers what it was refused. */
export class WatchedClient extends RegistryClient {
  readonly refusals: Seen[] = [];

  constructor(server: BerthServer) {
    super(() => ({ host: '127.0.0.1', port: server.port }), { username: 'admin', password });
  }

  override async call(method: string, path: string, call?: Call): Promise<Answer> {
    const answer = await super.call(method, path, call);
    if (answer.status >= 400) {
      this.refusals.push({
        call: `${method} ${path}`,
        status: answer.status,
        retryAfter: answer.headers['retry-after'],
        body: answer.body.toString().slice(0, 300),
      });
    }
    return answer;
  }
}
