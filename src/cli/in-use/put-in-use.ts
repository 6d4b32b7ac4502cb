import { type Cli, type Flags, note, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { inUseTexts } from './text.ts';

export const inUsePath = '/api/berth/v1/in-use';
export const pathOfCluster = (cluster: string): string => `${inUsePath}/${encodeURIComponent(cluster)}`;

/** @throws WrongUsage, Refused */
export async function putInUse(
  cli: Cli,
  flags: Flags,
  list: { readonly client: RestClient; readonly cluster: string; readonly images: readonly string[] },
): Promise<void> {
  const { client, cluster, images } = list;
  const hours = textFlag(flags, 'hours') ?? '24';
  if (!/^[1-9]\d{0,5}$/.test(hours)) throw new WrongUsage(inUseTexts.hoursWrong);
  const body = { images, expires_in_hours: Number(hours) };
  const { text } = await client.call('PUT', pathOfCluster(cluster), body);
  const kept = JSON.parse(text) as { images: number; expires_at: string };
  note(say(cli, inUseTexts.imported, { cluster, images: String(kept.images), until: kept.expires_at }));
}
