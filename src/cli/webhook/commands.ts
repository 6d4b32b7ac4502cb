import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { webhookTexts } from './text.ts';

/** `berth webhook list|create|delete|test|deliveries|redeliver` */
export function webhookCommands(making: Making): void {
  const { program, lang } = making;
  const webhook = () => import('./webhook.ts');
  program.command('webhook').description(webhookTexts.webhook[lang]);
  const add = (name: string, text: keyof typeof webhookTexts, action: Action): Command =>
    verb(making, `webhook ${name}`, webhookTexts[text], action)
      .option('-p, --project <name>', webhookTexts.project[lang])
      .option('--system', webhookTexts.system[lang]);
  const one = (name: string, text: keyof typeof webhookTexts, action: Action): Command =>
    add(name, text, action).argument('<name>', webhookTexts.name[lang]);
  add('list', 'list', async (cli, flags) => (await webhook()).listWebhooks(cli, flags));
  one('create', 'create', async (...call) => (await webhook()).createWebhook(...call))
    .argument('<address>', webhookTexts.address[lang])
    .option('--type <type>', webhookTexts.type[lang])
    .option('--projects <pattern>', webhookTexts.projects[lang])
    .option('--events <types>', webhookTexts.events[lang])
    .option('--format <format>', webhookTexts.format[lang]);
  one('delete', 'delete', async (...call) => (await webhook()).deleteWebhook(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
  one('test', 'test', async (...call) => (await webhook()).testWebhook(...call));
  one('deliveries', 'deliveries', async (...call) => (await webhook()).listDeliveries(...call));
  one('redeliver', 'redeliver', async (...call) => (await webhook()).redeliver(...call)).argument(
    '<delivery>',
    webhookTexts.delivery[lang],
  );
}
