import { exitCodes } from '../../lib/start-problem.ts';
import { generatePassword } from '../../lib/text/generate-password.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { givenPassword } from '../given-password.ts';
import { cliTexts } from '../text.ts';

export async function resetPassword(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const username = String(flags['user']);
  const given = await givenPassword(cli, flags);
  const password = given ?? generatePassword();
  const input = { username, password };
  await withServer(cli, config, {
    path: '/users/reset-password',
    body: input,
    offline: (server) => server.resetPassword(input),
  });
  if (given !== undefined) note(say(cli, cliTexts.passwordSet, { user: username }));
  else {
    note(say(cli, cliTexts.passwordGenerated, { user: username }));
    print(password);
  }
  return exitCodes.done;
}
