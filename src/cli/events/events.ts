import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { restClient } from '../rest/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { type Message, readMessages } from './read-messages.ts';
import { eventTexts } from './text.ts';

type Data = Message['data'];

const retryMs = 2000;
const giveUpAfterMs = 60_000;

/** `berth events`: what was, and with `--follow` what comes. */
export async function showEvents(cli: Cli, flags: Flags): Promise<number> {
  const limit = textFlag(flags, 'limit') ?? '';
  if (!/^\d{1,4}$/.test(limit) || Number(limit) > 1000) throw new WrongUsage(eventTexts.limitWrong);
  const client = await restClient(cli, flags);
  const show = showingBy(flags['json'] === true);
  const newest = await showEarlier(client, { flags, limit: Number(limit), show });
  if (flags['follow'] !== true) return exitCodes.done;
  return follow(cli, client, { flags, show, after: newest });
}

interface Earlier {
  readonly flags: Flags;
  readonly limit: number;
  readonly show: (kind: string, data: Data) => void;
}

/** Returns the id of the newest one. */
async function showEarlier(client: RestClient, { flags, limit, show }: Earlier): Promise<string | undefined> {
  const types = textFlag(flags, 'type')
    ?.split(',')
    .filter((each) => each.trim() !== 'job' && each.trim() !== 'upload');
  if (types?.length === 0) return undefined;
  // The newest one says from where on it is followed, also where none is shown.
  const query = queryOf(flags, { type: types?.join(','), limit: String(Math.max(limit, 1)) });
  const { items } = await client.get<{ items: readonly Data[] }>(`/api/berth/v1/audit?${query}`);
  for (const each of items.slice(0, limit).toReversed()) show('audit', each);
  return items[0] === undefined ? undefined : String(items[0]['id']);
}

function queryOf(flags: Flags, more: Readonly<Record<string, string | undefined>>): string {
  const all = { type: textFlag(flags, 'type'), project: textFlag(flags, 'project'), ...more };
  return new URLSearchParams(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ).toString();
}

interface Following extends Omit<Earlier, 'limit'> {
  readonly after: string | undefined;
}

/** Until somebody ends it, the sign-in ends, or the server is away for a minute. */
async function follow(cli: Cli, client: RestClient, { flags, show, after }: Following): Promise<number> {
  let last = after;
  let isFirst = true;
  let heardAt = performance.now();
  for (;;) {
    try {
      let reason: unknown;
      await client.download(`/api/berth/v1/events?${queryOf(flags, { after: last })}`, async (answer) => {
        for await (const { id, kind, data } of readMessages(answer)) {
          heardAt = performance.now();
          last = id ?? last;
          // The first time it is the list before that is old.
          if (kind === 'reset' && !isFirst) note(say(cli, eventTexts.missed));
          else if (kind === 'end') reason = data['reason'];
          else show(kind, data);
          isFirst = false;
        }
      });
      if (reason === 'signed_out') {
        note(say(cli, eventTexts.signedOut));
        return exitCodes.signIn;
      }
    } catch (problem) {
      const isRefusal = problem instanceof Refused && problem.status < 500 && problem.status !== 429;
      if (isFirst || isRefusal || performance.now() - heardAt > giveUpAfterMs) throw problem;
    }
    note(say(cli, eventTexts.again));
    await delay(retryMs);
  }
}

/** A job is shown where its status changes, unless a program reads; an upload each time. */
function showingBy(json: boolean): (kind: string, data: Data) => void {
  const statuses = new Map<unknown, unknown>();
  return (kind, data) => {
    if (kind !== 'audit' && kind !== 'job' && kind !== 'upload') return;
    if (json) {
      print(JSON.stringify({ message: kind, ...data }));
      return;
    }
    if (kind === 'audit') {
      const what = data['result'] === 'refused' ? `${String(data['event'])}.refused` : data['event'];
      showLine([data['time'], what, data['username'], data['object']]);
      return;
    }
    if (kind === 'upload') {
      const bytes = `${String(data['bytes'])} bytes`;
      showLine([
        data['creation_time'],
        `upload.${String(data['status'])}`,
        data['username'],
        data['repository'],
        bytes,
      ]);
      return;
    }
    if (statuses.get(data['id']) === data['status']) return;
    statuses.set(data['id'], data['status']);
    showLine([
      data['update_time'],
      `job.${String(data['status'])}`,
      data['trigger'],
      `${String(data['kind'])} ${String(data['id'])}`,
    ]);
  };
}

/** Whoever chose a name is not trusted by the terminal. */
function showLine(cells: readonly unknown[]): void {
  print(cells.map((cell) => String(cell).replace(/\p{C}+/gu, ' ')).join('  '));
}
