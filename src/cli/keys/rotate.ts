import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, configOf, type Flags, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { cliTexts } from '../text.ts';

export async function rotateKeys(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const { kid } = await withServer(cli, config, {
    path: '/keys/rotate',
    body: {},
    offline: (server) => server.rotateKeys(),
  });
  print(say(cli, cliTexts.keyMade, { kid }));
  return exitCodes.done;
}
