import { randomUUID } from 'node:crypto';
import type { RestAnswer, RestClient } from '../client/rest-client.ts';
import type { DemoUser } from './content/people.ts';
import { Pusher } from './pusher.ts';
import { api, type Standing } from './standing.ts';

const dayMs = 86_400_000;

/** One run: what it found, what it has made, and whom it can act as. */
export class Seeding {
  readonly made = { projects: 0, repositories: 0, tags: 0, accounts: 0, robots: 0, others: 0 };
  readonly client: RestClient;
  readonly found: Standing;
  readonly pusher: Pusher;
  readonly #now: number;
  readonly #userIds: Map<string, number>;
  /** Nobody is told of them: the accounts are there to be looked at. */
  readonly #passwords = new Map<string, string>();

  private constructor(client: RestClient, found: Standing, now: number) {
    this.client = client;
    this.found = found;
    this.pusher = new Pusher(client);
    this.#now = now;
    this.#userIds = new Map(found.users);
  }

  /** By the server's clock, which decides what ends. */
  static async begin(client: RestClient, found: Standing): Promise<Seeding> {
    const { current_time: time } = await client.get<{ current_time: string }>(`${api}/systeminfo`);
    return new Seeding(client, found, Date.parse(time));
  }

  in(days: number): string {
    return new Date(this.#now + days * dayMs).toISOString();
  }

  /** Makes something; returns its id. */
  async make(path: string, body: object): Promise<number> {
    const { location = '' } = await this.client.call('POST', path, body);
    return Number(location.slice(location.lastIndexOf('/') + 1));
  }

  async makeUser(username: DemoUser, rest: object): Promise<void> {
    const password = newPassword();
    this.#userIds.set(username, await this.make(`${api}/users`, { username, password, ...rest }));
    this.#passwords.set(username, password);
  }

  userId(username: DemoUser): number {
    return this.#userIds.get(username) ?? 0;
  }

  /** Asks as one of the accounts, which gets another password where this run has not made it. */
  async callAs(username: DemoUser, method: string, path: string, body?: object): Promise<RestAnswer> {
    let password = this.#passwords.get(username);
    if (password === undefined) {
      password = newPassword();
      const path = `${api}/users/${this.userId(username)}/password`;
      await this.client.call('PUT', path, { new_password: password });
      this.#passwords.set(username, password);
    }
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return this.client.call(method, path, body, {
      Authorization: authorization,
      'X-Is-Resource-Name': 'true',
    });
  }
}

function newPassword(): string {
  return `Demo-${randomUUID()}`;
}
