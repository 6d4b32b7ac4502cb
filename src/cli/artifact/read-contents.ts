import { setTimeout as delay } from 'node:timers/promises';
import type { RestClient } from '../client/rest-client.ts';
import { artifactPath } from '../rest/repository-path.ts';

/** Where a server tells what an image holds. */
export function contentsPath(reference: string): string {
  return artifactPath(reference).replace('/api/v2.0/', '/api/berth/v1/');
}

const againMs = 500;

/** Asks until the server has read all layers, which it ends within its limits. */
export async function readContents<T extends { readonly reading?: boolean }>(
  client: RestClient,
  path: string,
): Promise<T> {
  for (;;) {
    const told = await client.get<T>(path);
    if (told.reading !== true) return told;
    await delay(againMs);
  }
}
