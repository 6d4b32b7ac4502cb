import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { strayTexts } from './text.ts';

/** `berth storage strays search|list|plan|apply|restore` */
export function strayCommands(making: Making): void {
  const { program, lang } = making;
  const strays = () => import('./strays.ts');
  const storage = program.commands.find((each) => each.name() === 'storage');
  storage?.command('strays').description(strayTexts.strays[lang]);
  verb(making, 'storage strays search', strayTexts.search, async (cli, flags) =>
    (await strays()).searchStrays(cli, flags),
  ).option('--rate <objects>', strayTexts.rate[lang]);
  verb(making, 'storage strays list', strayTexts.list, async (cli, flags) =>
    (await strays()).listStrays(cli, flags),
  ).option('--state <state>', strayTexts.state[lang]);
  verb(making, 'storage strays plan', strayTexts.plan, async (cli, flags) =>
    (await strays()).planStrays(cli, flags),
  );
  verb(making, 'storage strays apply', strayTexts.apply, async (...call) =>
    (await strays()).applyStrays(...call),
  )
    .argument('<plan>', strayTexts.planName[lang])
    .option('--yes', restTexts.yes[lang]);
  verb(making, 'storage strays restore', strayTexts.restore, async (...call) =>
    (await strays()).restoreStray(...call),
  ).argument('<key>', strayTexts.key[lang]);
}
