import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withServerFlags } from '../archive/given-server.ts';
import { restTexts } from '../rest/text.ts';
import { eventTexts } from './text.ts';

/** `berth events` */
export function eventCommands(program: Command, lang: Language, running: Running): void {
  withServerFlags(program.command('events').description(eventTexts.events[lang]), lang)
    .option('--context <name>', restTexts.context[lang])
    .option('-f, --follow', eventTexts.follow[lang])
    .option('--type <types>', eventTexts.type[lang])
    .option('--project <name>', eventTexts.project[lang])
    .option('--limit <number>', eventTexts.limit[lang], '20')
    .action(running(async (cli, flags) => (await import('./events.ts')).showEvents(cli, flags)));
}
