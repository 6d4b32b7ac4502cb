import type { Command } from 'commander';
import type { Language } from '../lib/text/language.ts';
import { configFile } from '../platform/config/options.ts';
import { configFlags } from './cli.ts';

/** The settings can be given to every command: they say which server, or whose data, is meant. */
export function withConfig(command: Command, lang: Language): Command {
  command.exitOverride().allowExcessArguments(false);
  command.option(configFile.flag, `[${configFile.fallback}]`);
  for (const { flag, doc } of configFlags(lang)) command.option(flag, doc);
  return command;
}
