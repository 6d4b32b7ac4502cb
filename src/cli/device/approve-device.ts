import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { promptForConsent } from '../prompt.ts';
import { ownersClient } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { deviceTexts } from './text.ts';

interface Waiting {
  readonly name: string;
  readonly address: string;
  readonly client: string;
}

/** Shows who asks before it is let in. */
export async function approveDevice(cli: Cli, flags: Flags, [code = '']: Args): Promise<number> {
  const client = await personsClient(cli, flags);
  const path = pathOf(code);
  const { name, address, client: program } = await client.get<Waiting>(path);
  const [who, from, by] = [name, address, program].map((text) => text.replace(/\p{C}/gu, ' '));
  note(say(cli, deviceTexts.asks, { name: who ?? '', address: from ?? '', client: by ?? '' }));
  if (flags['yes'] !== true && !(await promptForConsent(say(cli, deviceTexts.sure)))) {
    note(say(cli, deviceTexts.notAnswered));
    return exitCodes.failed;
  }
  await client.call('PUT', path, { approve: true });
  note(say(cli, restTexts.done, { what: code }));
  return exitCodes.done;
}

export async function denyDevice(cli: Cli, flags: Flags, [code = '']: Args): Promise<number> {
  await (await personsClient(cli, flags)).call('PUT', pathOf(code), { approve: false });
  note(say(cli, restTexts.done, { what: code }));
  return exitCodes.done;
}

/** Over the admin socket nobody signs in, and a device would become the first administrator. */
async function personsClient(cli: Cli, flags: Flags): Promise<RestClient> {
  const client = await ownersClient(cli, flags);
  if (client === undefined) throw new WrongUsage(deviceTexts.signInNeeded);
  return client;
}

function pathOf(code: string): string {
  return `/api/berth/v1/device/requests/${encodeURIComponent(code)}`;
}
