import type { CommanderError } from 'commander';
import { fill, type Language, type Text } from '../lib/text/language.ts';

/** What commander finds wrong with a call, by its codes; `{what}` is the word that it names. */
const texts: Readonly<Record<string, Text>> = {
  'commander.unknownCommand': { en: 'there is no command {what}', zh: '没有名为 {what} 的命令' },
  'commander.unknownOption': { en: 'there is no option {what}', zh: '没有名为 {what} 的选项' },
  'commander.optionMissingArgument': { en: 'the option {what} needs a value', zh: '选项 {what} 需要一个值' },
  'commander.missingArgument': { en: '{what} is missing', zh: '缺少 {what}' },
  'commander.excessArguments': { en: 'too many arguments: {what}', zh: '参数过多：{what}' },
};
const suggestion: Text = { en: '; did you mean {near}?', zh: '；是否想写 {near}？' };
const more: Text = { en: '; see: berth help', zh: '；参见：berth help' };

/** One sentence in the user's language. Asking for help is no problem: undefined. */
export function usageProblem(error: CommanderError, lang: Language): string | undefined {
  const text = texts[error.code];
  if (text === undefined) return error.message.startsWith('error:') ? error.message : undefined;
  const [first = '', second = ''] = error.message.split('\n');
  const what = /'([^']+)'/.exec(first)?.[1] ?? '';
  const excess = /: ([^:]+)\.$/.exec(first)?.[1];
  const near = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(second)?.[1];
  const hint = near === undefined ? more[lang] : fill(suggestion[lang], { near });
  return fill(text[lang], { what: excess ?? what }) + hint;
}
