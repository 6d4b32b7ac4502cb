import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { readPolicy } from './read-policy.ts';
import { retentionTexts } from './text.ts';

const path = '/api/berth/v1/retention/default';

/** `berth retention default`: it is printed in the form in which `--set` takes it. */
export async function defaultRetention(cli: Cli, flags: Flags): Promise<number> {
  const file = textFlag(flags, 'set');
  if (file !== undefined && flags['remove'] === true) throw new WrongUsage(retentionTexts.setAndRemove);
  const client = await restClient(cli, flags);
  if (flags['remove'] === true)
    return confirmed(cli, flags, {
      what: say(cli, retentionTexts.whatDefault),
      run: async () => {
        await client.call('DELETE', path);
      },
    });
  if (file === undefined) {
    print(JSON.stringify(await client.get(path), null, 2));
    return exitCodes.done;
  }
  await client.call('PUT', path, readPolicy(cli, file));
  note(say(cli, retentionTexts.defaultKept));
  return exitCodes.done;
}
