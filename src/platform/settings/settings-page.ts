import { fill, type Language, type Text } from '../../lib/text/language.ts';
import type { SettingRow } from './setting-row.ts';
import { rowOf, settingKeys } from './table.ts';

const begin = '<!-- from src/platform/settings/table.ts: npm run docs:settings -->';
const end = '<!-- end -->';

const words = {
  head: { en: '| setting | value | default | what it is for |', zh: '| 设置项 | 取值 | 默认值 | 说明 |' },
  needs: {
    en: 'Only the default: it needs {needs}, which is not in this version.',
    zh: '仅限默认值：需要{needs}，本版本尚不支持。',
  },
  never: { en: 'Only the default: {why}.', zh: '仅限默认值：{why}。' },
  kept: { en: 'Kept and shown; nothing depends on it yet.', zh: '仅保存和显示；目前不影响任何行为。' },
  flag: { en: '`true` or `false`', zh: '`true` 或 `false`' },
  text: { en: 'text', zh: '文本' },
  empty: { en: 'empty', zh: '空' },
} as const satisfies Record<string, Text>;

/** The part of the manual with every setting of the run time as the table has it now; the rest of the page stays. */
export function settingsPage(page: string, lang: Language): string {
  const [before, rest] = page.split(`${begin}\n`);
  const at = rest?.indexOf(end) ?? -1;
  if (before === undefined || rest === undefined || at < 0)
    throw new Error(`the page has no lines "${begin}" and "${end}"`);
  const rows = settingKeys.map((key) => lineOf(key, rowOf(key), lang));
  return [before + begin, words.head[lang], '|---|---|---|---|', ...rows, '', rest.slice(at)].join('\n');
}

function lineOf(key: string, row: SettingRow, lang: Language): string {
  const notes = {
    honoured: [],
    kept: [words.kept[lang]],
    refused: row.use.kind === 'refused' ? [fill(words.needs[lang], { needs: row.use.needs[lang] })] : [],
    never: row.use.kind === 'never' ? [fill(words.never[lang], { why: row.use.why[lang] })] : [],
  }[row.use.kind];
  const fallback = row.fallback === '' ? words.empty[lang] : `\`${row.fallback}\``;
  return `| \`${key}\` | ${valuesOf(row, lang)} | ${fallback} | ${[row.doc[lang], ...notes].join('<br>')} |`;
}

function valuesOf(row: SettingRow, lang: Language): string {
  switch (row.type) {
    case 'boolean':
      return words.flag[lang];
    case 'integer':
      return `${row.also === undefined ? '' : `${row.also}, `}${row.min} … ${row.max}`;
    case 'string':
      return row.oneOf?.map((each) => `\`${each}\``).join(', ') ?? words.text[lang];
  }
}
