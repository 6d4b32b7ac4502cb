import { type Making, verb } from '../rest/making.ts';
import { figureTexts } from './figure-texts.ts';

/** `berth storage usage|cost|reclaim|forecast` */
export function figureCommands(making: Making): void {
  const { lang } = making;
  verb(making, 'storage usage', figureTexts.usage, async (cli, flags) =>
    (await import('./usage.ts')).showUsage(cli, flags),
  )
    .option('-p, --project <name>', figureTexts.project[lang])
    .option('--repository <name>', figureTexts.repository[lang])
    .option('--sort <column>', figureTexts.sort[lang])
    .option('--csv', figureTexts.csv[lang]);
  verb(making, 'storage cost', figureTexts.cost, async (cli, flags) =>
    (await import('./cost.ts')).showCost(cli, flags),
  )
    .option('--month <month>', figureTexts.month[lang])
    .option('-p, --project <name>', figureTexts.ofProject[lang])
    .option('--csv', figureTexts.csv[lang]);
  verb(making, 'storage reclaim', figureTexts.reclaim, async (cli, flags) =>
    (await import('./reclaim.ts')).showReclaim(cli, flags),
  );
  verb(making, 'storage forecast', figureTexts.forecast, async (cli, flags) =>
    (await import('./forecast.ts')).showForecast(cli, flags),
  ).option('-p, --project <name>', figureTexts.limitOf[lang]);
}
