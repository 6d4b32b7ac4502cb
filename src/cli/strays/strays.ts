import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { tellEnd } from '../job/watch.ts';
import { promptForConsent } from '../prompt.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { strayTexts } from './text.ts';

const path = '/api/berth/v1/storage/strays';
const askEveryMs = 500;

type Told = Parameters<typeof tellEnd>[1] & { readonly result: { readonly summary?: string } };

interface Plan extends Row {
  readonly plan: string;
  readonly strays: number;
  readonly stray_bytes: number;
  readonly objects: number;
  readonly bytes: number;
  readonly searched_at: string;
  readonly refused?: string;
}

/** Begins a search and waits for its end. */
export async function searchStrays(cli: Cli, flags: Flags): Promise<number> {
  const rate = textFlag(flags, 'rate');
  if (rate !== undefined && !/^\d{1,7}$/.test(rate)) throw new WrongUsage(strayTexts.rateWrong);
  const body = rate === undefined ? {} : { objects_per_second: Number(rate) };
  return runJob(cli, await restClient(cli, flags), '/api/berth/v1/storage/reconciliations', body);
}

export async function listStrays(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const state = textFlag(flags, 'state');
  if (state !== undefined && !['found', 'quarantined'].includes(state))
    throw new WrongUsage(strayTexts.stateWrong);
  const query = state === undefined ? '' : `?state=${state}`;
  const rows = await (await restClient(cli, flags)).all<Row>(`${path}${query}`);
  showRows(form, rows, {
    columns: ['key', 'size', 'state', 'first_seen', 'last_seen', 'purge_after'],
    more: ['removable'],
  });
  return exitCodes.done;
}

export async function planStrays(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const plan = await (await restClient(cli, flags)).get<Plan>(`${path}/plan`);
  if (form.kind === 'table' || form.kind === 'wide') tell(cli, plan);
  else showOne(form, plan, 'plan');
  return plan.refused === undefined ? exitCodes.done : exitCodes.problemsFound;
}

function tell(cli: Cli, { plan, strays, stray_bytes: bytes, objects, bytes: all, ...rest }: Plan): void {
  const sizes = { size: formatBytes(bytes), all: formatBytes(all), at: rest.searched_at };
  print(say(cli, strayTexts.planned, { strays, objects, ...sizes }));
  if (rest.refused !== undefined) print(say(cli, strayTexts.refused, { why: rest.refused }));
  else print(strays === 0 ? say(cli, strayTexts.nothing) : say(cli, strayTexts.toApply, { plan }));
}

export async function applyStrays(cli: Cli, flags: Flags, [plan = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  if (flags['yes'] !== true && !(await promptForConsent(say(cli, strayTexts.sure, { plan })))) {
    note(say(cli, strayTexts.kept));
    return exitCodes.failed;
  }
  return runJob(cli, client, `${path}/removals`, { plan });
}

export async function restoreStray(cli: Cli, flags: Flags, [key = '']: Args): Promise<number> {
  return runJob(cli, await restClient(cli, flags), `${path}/restorations`, { keys: [key] });
}

/** Begins it and waits for its end; the exit code says how it ended. */
async function runJob(cli: Cli, client: RestClient, of: string, body: object): Promise<number> {
  const { text, location = '' } = await client.call('POST', of, body);
  const { job_id: id } = JSON.parse(text) as { readonly job_id: number };
  note(say(cli, strayTexts.begun, { id }));
  for (;;) {
    const job = await client.get<Told>(location);
    if (['Pending', 'Scheduled', 'Running'].includes(job.status)) {
      await delay(askEveryMs);
      continue;
    }
    if (job.result.summary !== undefined) print(job.result.summary);
    return job.status === 'Success' ? exitCodes.done : tellEnd(cli, job);
  }
}
