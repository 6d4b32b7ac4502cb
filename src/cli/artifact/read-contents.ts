import { setTimeout as delay } from 'node:timers/promises';
import { type Cli, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { artifactPath } from '../rest/repository-path.ts';
import { artifactTexts } from './text.ts';

/** Where a server tells what an image holds. */
export function contentsPath(reference: string): string {
  return artifactPath(reference).replace('/api/v2.0/', '/api/berth/v1/');
}

export interface Contents {
  readonly reading?: boolean;
  /** Why no files are told of. */
  readonly reason?: string;
  readonly layers?: readonly { readonly digest?: string; readonly state?: string }[];
}

const againMs = 500;
/** A server gives up a layer within three. */
const mostMinutes = 10;
const mostTimes = (mostMinutes * 60_000) / againMs;

/**
 * Asks until the server has read all layers, or could not read one.
 * @throws Refused where that takes too long, and for what the server refuses
 */
export async function readContents<T extends Contents>(
  cli: Cli,
  client: Pick<RestClient, 'get'>,
  path: string,
  pause: () => Promise<void> = () => delay(againMs),
): Promise<T> {
  for (let left = mostTimes; left > 0; left -= 1) {
    const told = await client.get<T>(path);
    // A layer that failed would be tried again, and again, by who goes on asking.
    if (told.reading !== true || told.layers?.some(({ state }) => state === 'failed')) return told;
    await pause();
  }
  throw new Refused(say(cli, artifactTexts.stillReading, { minutes: mostMinutes }), 504);
}

/** What the server says of its own comes last in a sentence. */
export function noteReason(
  cli: Cli,
  text: 'filesLeftOut' | 'layerLeftOut',
  { number = 0, reason = '' }: { readonly number?: number; readonly reason?: string },
): void {
  note(say(cli, artifactTexts[text], { number, reason: reason.replace(/\p{C}+/gu, ' ') }));
}
