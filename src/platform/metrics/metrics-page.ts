import type { Language, Text } from '../../lib/text/language.ts';
import { metricRows } from './metric-table.ts';

const begin = '<!-- from src/platform/metrics/metric-table.ts: npm run docs:metrics -->';
const end = '<!-- end -->';

const head: Text = {
  en: '| metric | kind | labels | what it tells |',
  zh: '| 指标 | 类型 | 标签 | 含义 |',
};

/** A page of the manual with every metric as the table has it now; what people wrote around it stays. */
export function metricsPage(page: string, lang: Language): string {
  const [before, rest] = page.split(`${begin}\n`);
  const at = rest?.indexOf(end) ?? -1;
  if (before === undefined || rest === undefined || at < 0)
    throw new Error(`the page has no lines "${begin}" and "${end}"`);
  const rows = metricRows.map(
    ([, { name, type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help[lang]} |`,
  );
  return `${before}${begin}\n${[head[lang], '|---|---|---|---|', ...rows].join('\n')}\n${rest.slice(at)}`;
}
