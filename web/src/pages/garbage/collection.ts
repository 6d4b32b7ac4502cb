import type { Row } from '../../api/call.ts';
import { send } from '../../api/send.ts';
import type { Said } from '../../ui/text/say.ts';
import type { garbageTexts } from './text.ts';

export type Collection = Row<'GET /api/v2.0/system/gc'>;

export interface Wanted {
  readonly delete_untagged: boolean;
  readonly purge_trash: boolean;
}

/** What a run was told, and what it found; the server keeps both as a text. */
export interface Told {
  readonly delete_untagged?: boolean;
  readonly purge_trash?: boolean;
  readonly dry_run?: boolean;
  readonly freed_space?: number;
  readonly purged_blobs?: number;
  readonly purged_manifests?: number;
  readonly ended_links?: number;
  readonly untagged?: number;
  readonly untagged_bytes?: number;
  /** Of a plan: how long the trash keeps them when it is run now. */
  readonly untagged_until?: string;
  readonly in_snapshots?: number;
  readonly in_trash?: number;
  readonly trash_until?: string;
  readonly failed?: number;
}

export function toldBy(collection: Collection | undefined): Told {
  const text = collection?.job_parameters ?? '';
  return text === '' ? {} : (JSON.parse(text) as Told);
}

/** By the number that the job has everywhere; its address has the one of Harbor's API. */
export function titleOf(collection: Collection, said: Said<typeof garbageTexts>): string {
  const number = String(collection.job_id ?? '');
  return toldBy(collection).dry_run === true ? said.planOf(number) : said.runOf(number);
}

const path = '/api/v2.0/system/gc/schedule';

export function requestOf(wanted: Wanted, dryRun: boolean) {
  return {
    path,
    body: { schedule: { type: 'Manual' }, parameters: { ...wanted, dry_run: dryRun } },
  } as const;
}

/** Returns the number of the run, which only its address tells. */
export async function beginCollection(wanted: Wanted, dryRun: boolean): Promise<string> {
  const answer = await send({
    method: 'POST',
    url: path,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(requestOf(wanted, dryRun).body),
  });
  return (answer.headers.get('Location') ?? '').split('/').at(-1) ?? '';
}
