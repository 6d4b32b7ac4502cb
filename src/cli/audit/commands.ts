import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withServerFlags } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { auditTexts } from './text.ts';

/** `berth audit …` */
export function auditCommands(program: Command, lang: Language, running: Running): void {
  const audit = program.command('audit').description(auditTexts.audit[lang]);
  const verb = (name: 'list' | 'export' | 'verify'): Command =>
    audit.command(name).description(auditTexts[name][lang]);
  withFilter(withRestFlags(verb('list'), lang), lang)
    .option('--limit <count>', auditTexts.limit[lang], '50')
    .action(running(async (cli, flags) => (await import('./list.ts')).listAuditLog(cli, flags)));
  withFilter(withServerFlags(verb('export'), lang), lang)
    .option('--context <name>', restTexts.context[lang])
    .option('-o, --output <file>', auditTexts.file[lang])
    .option('--format <form>', auditTexts.format[lang])
    .option('--force', archiveTexts.force[lang])
    .action(running(async (cli, flags) => (await import('./export.ts')).exportAuditLog(cli, flags)));
  withConfig(verb('verify'), lang)
    .option('--known <period>', auditTexts.known[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./verify.ts')).verifyAudit(cli, flags)));
}

function withFilter(command: Command, lang: Language): Command {
  return command
    .option('--actor <name>', auditTexts.actor[lang])
    .option('--object <name>', auditTexts.object[lang])
    .option('--type <types>', auditTexts.type[lang])
    .option('--project <name>', auditTexts.project[lang])
    .option('--from <time>', auditTexts.from[lang])
    .option('--to <time>', auditTexts.to[lang]);
}
