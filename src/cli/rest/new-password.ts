import type { Cli, Flags } from '../cli.ts';
import { givenPassword } from '../given-password.ts';
import { promptForPassword } from '../prompt.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

/**
 * The password that an account gets, and the flags by which the server is asked. With `--server`, `--password-*` signs
 * in; without it nobody has to, and it is the new one.
 */
export async function newPassword(
  cli: Cli,
  flags: Flags,
  username: string,
): Promise<{ readonly password: string; readonly others: Flags }> {
  const { newPasswordFile, newPasswordStdin, ...rest } = flags;
  const { passwordFile, passwordStdin, ...others } = rest;
  const isNew = flags['server'] === undefined;
  if (passwordStdin === true && newPasswordStdin === true) throw new WrongUsage(restTexts.twoPasswords);
  const given = [newPasswordFile, newPasswordStdin, ...(isNew ? [passwordFile, passwordStdin] : [])];
  if (given.filter((each) => each !== undefined).length > 1) throw new WrongUsage(restTexts.twoPasswords);
  const wanted = isNew
    ? { passwordFile: newPasswordFile ?? passwordFile, passwordStdin: newPasswordStdin ?? passwordStdin }
    : { passwordFile: newPasswordFile, passwordStdin: newPasswordStdin };
  const password = (await givenPassword(cli, wanted)) ?? (await promptForPassword(cli, username));
  return { password, others: isNew ? others : rest };
}
