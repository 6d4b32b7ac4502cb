import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withConfig } from '../with-config.ts';
import { tlsTexts } from './text.ts';

/** `berth tls …` */
export function tlsCommands(program: Command, lang: Language, running: Running): void {
  const tls = program.command('tls').description(tlsTexts.tls[lang]);
  const ca = tls.command('ca').description(tlsTexts.ca[lang]);
  withConfig(ca.command('print').description(tlsTexts.caPrint[lang]), lang).action(
    running(async (cli, flags) => (await import('./print-authority.ts')).printAuthority(cli, flags)),
  );
  withConfig(tls.command('trust').description(tlsTexts.trust[lang]), lang)
    .requiredOption('--print <client>', tlsTexts.client[lang])
    .option('--host <host:port>', tlsTexts.host[lang])
    .action(running(async (cli, flags) => (await import('./trust.ts')).printTrust(cli, flags)));
}
