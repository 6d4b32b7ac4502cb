import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { groupTexts } from './text.ts';

/** `berth group …` */
export function groupCommands(program: Command, lang: Language, running: Running): void {
  const group = program.command('group').description(groupTexts.group[lang]);
  const verb = (name: 'list' | 'create' | 'rename' | 'delete' | 'add' | 'remove'): Command =>
    withRestFlags(group.command(name).description(groupTexts[name][lang]), lang);
  const typed = (command: Command): Command => command.option('--type <type>', groupTexts.type[lang]);
  typed(verb('list').argument('[group]', groupTexts.name[lang])).action(
    running(async (...call) => (await import('./list.ts')).list(...call)),
  );
  typed(verb('create').argument('<group>', groupTexts.name[lang])).action(
    running(async (...call) => (await import('./create.ts')).create(...call)),
  );
  typed(verb('rename').argument('<group>', groupTexts.name[lang]))
    .argument('<name>', groupTexts.newName[lang])
    .action(running(async (...call) => (await import('./rename.ts')).rename(...call)));
  typed(verb('delete').argument('<group>', groupTexts.name[lang])).action(
    running(async (...call) => (await import('./delete.ts')).deleteGroup(...call)),
  );
  const withMember = (command: Command): Command =>
    typed(command.argument('<group>', groupTexts.name[lang]).argument('<user>', groupTexts.member[lang]));
  withMember(verb('add')).action(running(async (...call) => (await import('./add.ts')).add(...call)));
  withMember(verb('remove')).action(
    running(async (...call) => (await import('./remove.ts')).remove(...call)),
  );
}
