import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { notFound } from './not-found.ts';

const api = '/api/v2.0';

export interface Asking {
  readonly cli: Cli;
  readonly client: RestClient;
}

interface Found {
  readonly user_id: number;
  readonly username: string;
}

/** The shortest name that has this in it comes first, so the name itself is on the first page. */
export async function findUserId({ cli, client }: Asking, name: string): Promise<number> {
  const query = `username=${encodeURIComponent(name)}&page_size=100`;
  const found = await client.get<Found[]>(`${api}/users/search?${query}`);
  const id = found.find(({ username }) => username === name)?.user_id;
  if (id !== undefined) return id;
  // The first administrator is in no list.
  const own = await client.get<Found>(`${api}/users/current`);
  if (own.username === name) return own.user_id;
  throw notFound(cli, name);
}
