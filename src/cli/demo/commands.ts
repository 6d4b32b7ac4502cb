import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { demoTexts } from './text.ts';

/** `berth demo seed|remove` */
export function demoCommands(making: Making): void {
  const { program, lang } = making;
  program.command('demo').description(demoTexts.demo[lang]);
  verb(making, 'demo seed', demoTexts.seed, async (cli, flags) =>
    (await import('./seed.ts')).seedDemo(cli, flags),
  );
  verb(making, 'demo remove', demoTexts.remove, async (cli, flags) =>
    (await import('./remove.ts')).removeDemo(cli, flags),
  ).option('--yes', restTexts.yes[lang]);
}
