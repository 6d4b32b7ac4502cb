import type { Text } from '../../lib/text/language.ts';
import { honoured, type SettingRow, type TextRow } from './setting-row.ts';

function price(doc: Text): TextRow {
  return {
    type: 'string',
    fallback: '0',
    maxLength: 20,
    pattern: /^\d{1,9}(?:\.\d{1,6})?$/,
    form: 'price',
    face: 'rw',
    use: honoured,
    doc,
  };
}

/** What storage and traffic cost. */
export const costRows = {
  storage_price_stored: price({
    en: 'What it costs to keep a GiB for a month.',
    zh: '每 GiB 存储一个月的价格。',
  }),
  storage_price_pushed: price({ en: 'What it costs to push a GiB.', zh: '每推送 1 GiB 的价格。' }),
  storage_price_pulled: price({ en: 'What it costs to pull a GiB.', zh: '每拉取 1 GiB 的价格。' }),
  storage_currency: {
    type: 'string',
    fallback: '',
    maxLength: 10,
    pattern: /^[^\p{C},"]*$/u,
    form: 'currency',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'The currency of the prices of storage, as costs show it.',
      zh: '存储价格的货币，随费用一起显示。',
    },
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
