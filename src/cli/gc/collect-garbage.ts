import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, showOne, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { gcTexts } from './text.ts';

const path = '/api/v2.0/system/gc';
const askEveryMs = 500;

interface Run {
  readonly id: number;
  readonly job_status: string;
  readonly job_parameters: string;
}

interface Told {
  readonly purged_blobs?: number;
  readonly purged_manifests?: number;
  readonly failed?: number;
  readonly summary?: string;
}

/** Begins a run, or a dry one, and waits for its end; the exit code says what happened. */
export async function collectGarbage(cli: Cli, flags: Flags, dryRun: boolean): Promise<number> {
  const form = formOf(flags);
  const workers = textFlag(flags, 'workers') ?? '';
  if (!/^([1-9]|10)$/.test(workers)) throw new WrongUsage(gcTexts.workersWrong);
  const client = await restClient(cli, flags);
  const run = await ended(
    client,
    await begin(cli, client, {
      delete_untagged: flags['untagged'] === true,
      purge_trash: flags['purgeTrash'] === true,
      dry_run: dryRun,
      workers: Number(workers),
    }),
  );
  const told = JSON.parse(run.job_parameters) as Told;
  if (form.kind === 'table') tell(cli, told);
  else showOne(form, { id: run.id, status: run.job_status, ...told }, 'id');
  if (run.job_status === 'Success') return exitCodes.done;
  note(say(cli, gcTexts.ended, { id: run.id, status: run.job_status }));
  if (run.job_status === 'Stopped') return exitCodes.failed;
  return (told.failed ?? 0) > 0 ? exitCodes.partly : exitCodes.problemsFound;
}

function tell(
  cli: Cli,
  { purged_blobs: blobs = 0, purged_manifests: manifests = 0, failed = 0, summary }: Told,
): void {
  if (summary !== undefined) print(summary);
  print(say(cli, gcTexts.counts, { blobs, manifests, failed }));
}

async function begin(cli: Cli, client: RestClient, parameters: object): Promise<string> {
  const body = { schedule: { type: 'Manual' }, parameters };
  const { location = '' } = await client.call('POST', `${path}/schedule`, body);
  note(say(cli, gcTexts.begun, { id: location.slice(location.lastIndexOf('/') + 1) }));
  return location;
}

async function ended(client: RestClient, location: string): Promise<Run> {
  for (;;) {
    const run = await client.get<Run>(location);
    if (!['Pending', 'Scheduled', 'Running'].includes(run.job_status)) return run;
    await delay(askEveryMs);
  }
}
