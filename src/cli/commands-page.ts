import { Command, type Option } from 'commander';
import type { Language, Text } from '../lib/text/language.ts';
import { partsOf } from './completion/wanted-at.ts';
import { programOf } from './program.ts';
import { withRestFlags } from './rest/rest-client.ts';
import { exitCodeTexts } from './text.ts';
import { withConfig } from './with-config.ts';

const begin = '<!-- from the declarations of the commands: npm run docs:cli -->';
const end = '<!-- end -->';

const words = {
  common: { en: 'Options of every command that asks a server', zh: '所有访问服务器的命令共有的选项' },
  commonHead: { en: '| option | what it is for |', zh: '| 选项 | 说明 |' },
  head: { en: '| command | what it does, and its own options |', zh: '| 命令 | 作用及其专有选项 |' },
  exitCodes: { en: 'Exit codes', zh: '退出码' },
  exitHead: { en: '| code | meaning |', zh: '| 退出码 | 含义 |' },
  remote: { en: 'asks a server', zh: '访问服务器' },
} as const satisfies Record<string, Text>;

/** The page of the manual with every command as it is declared now; what people wrote around it stays. */
export function commandsPage(page: string, lang: Language): string {
  const [before, rest] = page.split(`${begin}\n`);
  const at = rest?.indexOf(end) ?? -1;
  if (before === undefined || rest === undefined || at < 0)
    throw new Error(`the page has no lines "${begin}" and "${end}"`);
  return [before + begin, ...reference(lang), rest.slice(at)].join('\n');
}

/** Each command that does something. */
export function leavesOf(command: Command): Command[] {
  const parts = partsOf(command);
  return parts.length === 0 ? [command] : parts.flatMap(leavesOf);
}

export function programFor(lang: Language): Command {
  const nowhere = new URL('file:///');
  return programOf({ lang, entry: nowhere, env: {}, cwd: '/' }, { code: 0 });
}

function reference(lang: Language): string[] {
  const settings = keysOf(withConfig(new Command(), lang));
  const shared = withRestFlags(new Command(), lang).options.filter((option) => !settings.has(option.flags));
  const common = new Set([...settings, ...shared.map(({ flags }) => flags)]);
  const program = programFor(lang);
  const nouns = partsOf(program);
  return [
    `### ${words.common[lang]}`,
    '',
    words.commonHead[lang],
    '|---|---|',
    ...shared.map((option) => lineOf([code(option.flags), option.description])),
    '',
    ...nouns.flatMap((noun) => [
      `### \`berth ${noun.name()}\``,
      '',
      ...(noun.commands.length === 0 ? [] : [noun.description(), '']),
      words.head[lang],
      '|---|---|',
      ...leavesOf(noun).map((leaf) => lineOf([code(usageOf(leaf)), factsOf(leaf, common, lang)])),
      '',
    ]),
    `### ${words.exitCodes[lang]}`,
    '',
    words.exitHead[lang],
    '|---|---|',
    ...Object.entries(exitCodeTexts).map(([number, text]) => lineOf([number, text[lang]])),
    '',
  ];
}

function keysOf(command: Command): Set<string> {
  return new Set(command.options.map(({ flags }) => flags));
}

function usageOf(leaf: Command): string {
  const path: string[] = [];
  for (let each: Command | null = leaf; each !== null; each = each.parent) path.unshift(each.name());
  const given = leaf.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [...path, ...given].join(' ');
}

function factsOf(leaf: Command, common: ReadonlySet<string>, lang: Language): string {
  const remote = leaf.options.some(({ long }) => long === '--context') ? ` (${words.remote[lang]})` : '';
  const described = leaf.registeredArguments
    .filter(({ description }) => description !== '')
    .map((argument) => `${code(argument.name())}: ${argument.description}`);
  const own = leaf.options.filter((option) => !common.has(option.flags)).map(optionText);
  return [`${leaf.description()}${remote}`, ...described, ...own].join('<br>');
}

function optionText(option: Option): string {
  const fallback = option.defaultValue === undefined ? '' : ` [${String(option.defaultValue)}]`;
  return `${code(option.flags)} ${option.description}${fallback}`;
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
