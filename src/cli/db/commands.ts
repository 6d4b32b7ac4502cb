import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { dbTexts } from './text.ts';

/** `berth db …` */
export function dbCommands(program: Command, lang: Language, running: Running): void {
  const db = program.command('db').description(dbTexts.db[lang]);
  withConfig(db.command('move').description(dbTexts.move[lang]), lang)
    .option('--to <url>', dbTexts.to[lang])
    .option('--to-file <file>', dbTexts.toFile[lang])
    .option('--dry-run', dbTexts.dryRun[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./move.ts')).moveDbCommand(cli, flags)));
}
