import { resolve } from 'node:path';
import { readConfigurationFolder } from '../../../platform/config/read-configuration-folder.ts';
import { type Cli, type Flags, say } from '../../cli.ts';
import { Refused } from '../../client/refused.ts';
import { textFlag } from '../../rest/show.ts';
import { WrongUsage } from '../../wrong-usage.ts';
import { configFilesTexts } from '../text.ts';

/** @throws WrongUsage */
export function givenFolder(cli: Cli, flags: Flags): string {
  const folder = textFlag(flags, 'folder');
  if (folder === undefined) throw new WrongUsage(configFilesTexts.folderNeeded);
  return resolve(cli.cwd, folder);
}

/** @throws Refused where there is nothing to read */
export function readFiles(cli: Cli, flags: Flags): Map<string, string> {
  const path = givenFolder(cli, flags);
  const folder = textFlag(flags, 'folder') ?? '';
  let files: Map<string, string>;
  try {
    files = readConfigurationFolder(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new Refused(say(cli, configFilesTexts.folderUnreadable, { folder, why: code }), 404, { cause });
  }
  if (files.size === 0) throw new Refused(say(cli, configFilesTexts.noFiles, { folder }), 404);
  return files;
}
