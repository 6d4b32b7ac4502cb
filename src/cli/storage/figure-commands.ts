import { type Making, verb } from '../rest/making.ts';
import { figureTexts } from './figure-texts.ts';

/** `berth storage usage` */
export function figureCommands(making: Making): void {
  const { lang } = making;
  verb(making, 'storage usage', figureTexts.usage, async (cli, flags) =>
    (await import('./usage.ts')).showUsage(cli, flags),
  )
    .option('-p, --project <name>', figureTexts.project[lang])
    .option('--repository <name>', figureTexts.repository[lang])
    .option('--sort <column>', figureTexts.sort[lang])
    .option('--csv', figureTexts.csv[lang]);
}
