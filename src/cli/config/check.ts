import { exitCodes } from '../../lib/start-problem.ts';
import { requireSecretKey } from '../../platform/config/require-secret-key.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { cliTexts } from '../text.ts';

/** Loads the settings as a start would; what is wrong is reported as there. */
export function checkConfig(cli: Cli, flags: Flags): number {
  const { config } = configOf(cli, flags);
  requireSecretKey(config);
  for (const warning of config.distribution?.warnings ?? []) note(`berth: ${say(cli, warning)}`);
  print(say(cli, cliTexts.configFine));
  return exitCodes.done;
}
