import { readFileSync } from 'node:fs';

/** Why something is not as in Harbor; there is no other reason to differ. */
export const reasons = {
  vulnerability: { en: 'vulnerability', zh: '安全漏洞' },
  'data loss': { en: 'data loss', zh: '数据丢失' },
  secret: { en: 'secret', zh: '机密泄露' },
  specification: { en: 'specification', zh: '违反规范' },
  defect: { en: 'defect', zh: '缺陷' },
  scale: { en: 'scale', zh: '规模' },
} as const;

interface Text {
  readonly en: string;
  readonly zh: string;
}

export interface Difference {
  /** An operationId, an address outside Harbor's description, or `*`: every operation. */
  readonly operation: string;
  readonly harbor: Text;
  readonly berth: Text;
  readonly reason: keyof typeof reasons;
}

export const differencesFile = new URL('../../docs/design/harbor-differences.json', import.meta.url);

export function readDifferences(): Difference[] {
  return JSON.parse(readFileSync(differencesFile, 'utf8')) as Difference[];
}

const words = {
  en: {
    title: 'Differences from Harbor’s REST API',
    intro:
      'Where Berth answers otherwise than Harbor on purpose, and why. Everything else is as in Harbor, or a mistake that we want to hear of. What this version does not have at all: [Differences](differences.md).',
    columns: 'operation | Harbor | Berth | reason',
    every: 'every operation',
  },
  zh: {
    title: '与 Harbor REST API 的差异',
    intro:
      '本页列出 Berth 有意与 Harbor 不同之处及其原因。其余行为均与 Harbor 一致；若有不符，即为错误，欢迎告知。本版本完全没有的功能见[差异](differences.md)。',
    columns: '操作 | Harbor | Berth | 原因',
    every: '所有操作',
  },
} as const;

export function differencesPage(differences: readonly Difference[], lang: 'en' | 'zh'): string {
  const { title, intro, columns, every } = words[lang];
  const rows = differences.map(({ operation, harbor, berth, reason }) => {
    const name = operation === '*' ? every : `\`${operation}\``;
    return `| ${name} | ${harbor[lang]} | ${berth[lang]} | ${reasons[reason][lang]} |`;
  });
  const head = `# ${title}\n\n<!-- from docs/design/harbor-differences.json: npm run docs:differences -->\n`;
  return `${head}\n${intro}\n\n| ${columns} |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
