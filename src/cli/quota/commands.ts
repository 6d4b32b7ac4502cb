import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { quotaTexts } from './text.ts';

/** `berth quota …` */
export function quotaCommands(program: Command, lang: Language, running: Running): void {
  const quota = program.command('quota').description(quotaTexts.quota[lang]);
  withConfig(quota.command('check').description(quotaTexts.check[lang]), lang)
    .option('--repair', quotaTexts.repair[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./check.ts')).checkQuotas(cli, flags)));
}
