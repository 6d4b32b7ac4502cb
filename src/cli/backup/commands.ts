import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { backupTexts } from './text.ts';

/** `berth backup …` */
export function backupCommands(program: Command, lang: Language, running: Running): void {
  const backup = program.command('backup').description(backupTexts.backup[lang]);
  withConfig(backup.command('db').description(backupTexts.backupDb[lang]), lang)
    .argument('<file>', backupTexts.file[lang])
    .option('--force', backupTexts.force[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (...call) => (await import('./db.ts')).backupDbCommand(...call)));
}
