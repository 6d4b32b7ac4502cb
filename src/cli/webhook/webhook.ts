import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { confirmed } from '../rest/confirmed.ts';
import { notFound } from '../rest/not-found.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { webhookTexts } from './text.ts';

const lookEveryMs = 200;
/** An attempt is given up after 5 s. */
const patienceMs = 8_000;

interface Webhook extends Row {
  readonly id: number;
  readonly name: string;
  /** Left out where nothing was sent lately. */
  readonly last_delivery?: { readonly id: number; readonly status: string };
}

interface Delivery extends Row {
  readonly id: number;
  readonly target: number;
  readonly status: string;
  readonly problem?: string;
  readonly attempts: number;
  readonly response?: { readonly status: number };
}

interface Place {
  readonly client: RestClient;
  /** Undefined: the whole system. */
  readonly project: string | undefined;
}

async function placeOf(cli: Cli, flags: Flags): Promise<Place> {
  const project = textFlag(flags, 'project');
  if ((project === undefined) !== (flags['system'] === true)) throw new WrongUsage(webhookTexts.place);
  return { client: await restClient(cli, flags), project };
}

function policiesOf({ project }: Place): string {
  return project === undefined
    ? '/api/berth/v1/webhooks'
    : `/api/v2.0/projects/${encodeURIComponent(project)}/webhook/policies`;
}

/** Of Berth's own operations. */
function ownPath({ project }: Place, { id }: Webhook): string {
  const place = project === undefined ? '' : `/projects/${encodeURIComponent(project)}`;
  return `/api/berth/v1${place}/webhooks/${id}`;
}

async function requireWebhook(cli: Cli, place: Place, name: string): Promise<Webhook> {
  const all = await place.client.all<Webhook>(policiesOf(place));
  const found = all.find((each) => each.name === name);
  if (found === undefined)
    throw notFound(cli, place.project === undefined ? name : `${place.project}/${name}`);
  return found;
}

export async function listWebhooks(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const place = await placeOf(cli, flags);
  const webhooks = await place.client.all<Webhook>(policiesOf(place));
  const inTable = form.kind === 'table' || form.kind === 'wide' || form.kind === 'csv';
  // How it went is enough in a row; the others have its id, too.
  const rows = webhooks.map((webhook) => ({ ...webhook, last_delivery: webhook.last_delivery?.status }));
  showRows(form, inTable ? rows : webhooks, {
    columns: ['name', 'id', 'enabled', 'last_delivery', 'event_types'],
    more: ['project_pattern', 'targets', 'description', 'creator', 'creation_time', 'update_time', 'filters'],
  });
  return exitCodes.done;
}

export async function createWebhook(
  cli: Cli,
  flags: Flags,
  [name = '', address = '']: Args,
): Promise<number> {
  const place = await placeOf(cli, flags);
  const format = textFlag(flags, 'format');
  const type = textFlag(flags, 'type') ?? 'http';
  const pattern = textFlag(flags, 'projects');
  if (pattern !== undefined && place.project !== undefined) throw new WrongUsage(webhookTexts.place);
  await place.client.call('POST', policiesOf(place), {
    name,
    targets: [{ type, address, ...(format === undefined ? {} : { payload_format: format }) }],
    event_types: (textFlag(flags, 'events') ?? 'PUSH_ARTIFACT').split(','),
    enabled: true,
    ...(pattern === undefined ? {} : { project_pattern: pattern }),
  });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function deleteWebhook(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const place = await placeOf(cli, flags);
  const webhook = await requireWebhook(cli, place, name);
  return confirmed(cli, flags, {
    what: name,
    run: async () => {
      await place.client.call('DELETE', `${policiesOf(place)}/${webhook.id}`);
    },
  });
}

/** Ends with 1 unless every target has taken the example. */
export async function testWebhook(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const place = await placeOf(cli, flags);
  const path = ownPath(place, await requireWebhook(cli, place, name));
  const { text } = await place.client.call('POST', `${path}/test`);
  const { deliveries: ids } = JSON.parse(text) as { deliveries: number[] };
  const giveUpAt = performance.now() + patienceMs;
  let tried: readonly Delivery[] = [];
  while (tried.length < ids.length && performance.now() < giveUpAt) {
    await delay(lookEveryMs);
    const all = await place.client.all<Delivery>(`${path}/deliveries`);
    tried = all.filter(({ id, attempts }) => ids.includes(id) && attempts > 0);
  }
  for (const { target, status, problem, response } of tried.toSorted((a, b) => a.target - b.target)) {
    const answer = problem ?? String(response?.status ?? '');
    note(say(cli, webhookTexts.delivered, { target: String(target), status, answer }));
  }
  const allTaken = tried.length === ids.length && tried.every(({ status }) => status === 'Success');
  return allTaken ? exitCodes.done : exitCodes.failed;
}

export async function listDeliveries(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const place = await placeOf(cli, flags);
  const path = ownPath(place, await requireWebhook(cli, place, name));
  showRows(form, await place.client.all<Delivery>(`${path}/deliveries`), {
    columns: ['id', 'event_type', 'target', 'status', 'attempts', 'creation_time', 'problem'],
    more: ['end_time', 'next_time', 'request', 'response'],
  });
  return exitCodes.done;
}

export async function redeliver(cli: Cli, flags: Flags, [name = '', delivery = '']: Args): Promise<number> {
  const place = await placeOf(cli, flags);
  const path = ownPath(place, await requireWebhook(cli, place, name));
  const { text } = await place.client.call(
    'POST',
    `${path}/deliveries/${encodeURIComponent(delivery)}/redeliver`,
  );
  const { id } = JSON.parse(text) as { id: number };
  note(say(cli, webhookTexts.onItsWay, { id: String(id) }));
  return exitCodes.done;
}
