import { SecretFile } from '../../platform/config/secret-file.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** @throws Refused, WrongUsage before anything has been asked of the server */
export function openSecretFile(cli: Cli, flags: Flags, replace: boolean): SecretFile | undefined {
  const path = textFlag(flags, 'secretFile');
  if (path === undefined) return undefined;
  try {
    return new SecretFile(path, { cwd: cli.cwd, replace });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new Refused(say(cli, restTexts.secretFileExists, { path }), 409, { cause });
    throw new WrongUsage(restTexts.secretFileUnwritable);
  }
}
