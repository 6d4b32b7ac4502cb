import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { importTexts } from './text.ts';

/** `berth import …` */
export function importCommands(program: Command, lang: Language, running: Running): void {
  const command = program.command('import').description(importTexts.import[lang]);
  withConfig(command.command('distribution').description(importTexts.distribution[lang]), lang)
    .option('--dry-run', importTexts.dryRun[lang])
    .option('--json', cliTexts.json[lang])
    .action(
      running(async (cli, flags) =>
        (await import('./distribution.ts')).importDistributionCommand(cli, flags),
      ),
    );
}
