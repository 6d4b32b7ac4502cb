import type { ClientRequest } from 'node:http';
import { type Answer, type Call, expectStatus, RegistryClient } from '../../harness/registry-client.ts';
import type { BerthServer } from '../../harness/start-server.ts';

export interface Seen {
  readonly call: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/**
 * The administrator's token for some repositories. Like the programs that people push with, a client signs in once: a
 * sign-in writes to the database itself.
 */
export async function tokenFor(server: BerthServer, repositories: readonly string[]): Promise<string> {
  const scopes = repositories.map((name) => `&scope=repository:${name}:pull,push,delete`).join('');
  const answer = await server.client().get(`/service/token?service=harbor-registry${scopes}`);
  expectStatus(answer, 200);
  return (JSON.parse(answer.body.toString()) as { token: string }).token;
}

/** A client that remembers what it was refused. */
export class WatchedClient extends RegistryClient {
  readonly refusals: Seen[] = [];
  readonly #token: string;

  constructor(server: BerthServer, token: string) {
    super(() => ({ host: '127.0.0.1', port: server.port }));
    this.#token = token;
  }

  override begin(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): ClientRequest {
    return super.begin(method, path, { Authorization: `Bearer ${this.#token}`, ...headers });
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
