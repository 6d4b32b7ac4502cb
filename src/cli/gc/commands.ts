import { Option } from 'commander';
import { type Making, verb } from '../rest/making.ts';
import { gcTexts } from './text.ts';

/** `berth gc plan|run|apply` */
export function gcCommands(making: Making): void {
  const { program, lang } = making;
  program.command('gc').description(gcTexts.gc[lang]);
  for (const name of ['plan', 'run', 'apply'] as const)
    verb(making, `gc ${name}`, gcTexts[name], async (cli, flags) =>
      (await import('./collect-garbage.ts')).collectGarbage(cli, flags, name === 'plan'),
    )
      .option('--untagged', gcTexts.untagged[lang])
      .option('--purge-trash', gcTexts.purgeTrash[lang])
      .addOption(new Option('--workers <number>', gcTexts.workers[lang]).default('1'));
}
