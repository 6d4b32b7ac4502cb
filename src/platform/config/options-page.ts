import { fill, type Language, type Text } from '../../lib/text/language.ts';
import { configFile, type OptionKind, type OptionRow, optionRows } from './options.ts';

const begin = '<!-- from src/platform/config/options.ts: npm run docs:configuration -->';
const end = '<!-- end -->';

const words = {
  head: {
    en: '| setting | value | default | what it is for |',
    zh: '| 设置项 | 取值 | 默认值 | 说明 |',
  },
  aFile: { en: 'file', zh: '文件' },
  file: { en: 'The settings file itself.', zh: '配置文件本身的路径。' },
  secret: {
    en: 'Secret: no flag, never printed; also `{env}_FILE` or `{key}_file`, the name of a file that holds it.',
    zh: '机密：没有命令行参数，也不会被打印；也可用 `{env}_FILE` 或 `{key}_file` 指定存放它的文件。',
  },
  aliases: { en: 'Also: {aliases}.', zh: '也可写作：{aliases}。' },
} as const satisfies Record<string, Text>;

const kinds: Readonly<Record<OptionKind, Text>> = {
  text: { en: 'text', zh: '文本' },
  path: { en: 'folder', zh: '目录' },
  seconds: { en: 'seconds', zh: '秒数' },
  count: { en: 'number', zh: '数量' },
  flag: { en: '`true` or `false`', zh: '`true` 或 `false`' },
  level: { en: 'level', zh: '级别' },
  language: { en: '`en` or `zh`', zh: '`en` 或 `zh`' },
  listen: { en: 'host:port', zh: '主机:端口' },
  project: { en: 'project', zh: '项目' },
  list: { en: 'list', zh: '列表' },
};

/** The page of the manual with every setting as the table has it now; what people wrote around it stays. */
export function optionsPage(page: string, lang: Language): string {
  const [before, rest] = page.split(`${begin}\n`);
  const after = rest?.slice(rest.indexOf(end));
  if (before === undefined || after === undefined || !after.startsWith(end))
    throw new Error(`the page has no lines "${begin}" and "${end}"`);
  return `${before}${begin}\n${tableOf(lang)}\n${exampleOf(lang)}\n${after}`;
}

function tableOf(lang: Language): string {
  const file = [
    `\`${configFile.env}\`<br>\`${configFile.flag}\``,
    words.aFile[lang],
    `\`${configFile.fallback}\``,
    words.file[lang],
  ];
  const rows = optionRows.map(([, row]) => [
    [row.key, row.env, ...(row.flag === undefined ? [] : [row.flag])].map(code).join('<br>'),
    kinds[row.kind][lang],
    row.fallback === '' ? '' : code(row.fallback),
    [row.doc[lang], ...notesOf(row, lang)].join('<br>'),
  ]);
  return [words.head[lang], '|---|---|---|---|', ...[...rows, file].map(lineOf), ''].join('\n');
}

function notesOf(row: OptionRow, lang: Language): string[] {
  const aliases = (row.aliases ?? []).flatMap((name) => [
    name,
    ...(row.secret === true ? [`${name}_FILE`] : []),
  ]);
  return [
    ...(row.secret === true ? [fill(words.secret[lang], { env: row.env, key: row.key })] : []),
    ...(aliases.length === 0 ? [] : [fill(words.aliases[lang], { aliases: aliases.map(code).join(', ') })]),
  ];
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Every key with its default, as a file to begin from. */
function exampleOf(lang: Language): string {
  const lines = optionRows.flatMap(([, { key, fallback, doc }]) => [
    `# ${doc[lang]}`,
    fallback === '' ? `# ${key}:` : `${key}: ${fallback}`,
  ]);
  return ['```yaml', ...lines, '```'].join('\n');
}
