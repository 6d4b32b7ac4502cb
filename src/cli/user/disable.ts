import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { userTexts } from './text.ts';

export async function disableUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const changed = await ask(cli, flags, '/users/disable', username);
  note(say(cli, changed ? userTexts.disabled : userTexts.wasDisabled, { user: username }));
  return exitCodes.done;
}

export async function enableUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const changed = await ask(cli, flags, '/users/enable', username);
  note(say(cli, changed ? userTexts.enabled : userTexts.wasEnabled, { user: username }));
  return exitCodes.done;
}

async function ask(cli: Cli, flags: Flags, path: string, username: string): Promise<boolean> {
  return (await askOperation<{ changed: boolean }>(cli, flags, path, { username })).changed;
}
