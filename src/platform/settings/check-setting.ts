import type { SettingRow } from './setting-row.ts';
import { rowOf, type SettingKey, type SettingValue } from './table.ts';

/** Undefined, or in one sentence why the setting cannot have this value, which is of its type. */
export function checkSetting(key: SettingKey, value: SettingValue): string | undefined {
  const row = rowOf(key);
  if (value === row.fallback) return undefined;
  const wrong = wrongForm(row, value);
  if (wrong !== undefined) return `${key} ${wrong}`;
  if (row.use.kind === 'refused') return `${key} needs ${row.use.needs.en}, not in this version`;
  if (row.use.kind === 'never') return `${key} stays ${String(row.fallback)}: ${row.use.why.en}`;
  return row.face === 'r' ? `${key} cannot be changed` : undefined;
}

/** Whether a value that was stored is of the type that the setting has now. */
export function isOfType(row: SettingRow, value: unknown): value is SettingValue {
  return row.type === 'integer' ? Number.isSafeInteger(value) : typeof value === row.type;
}

function wrongForm(row: SettingRow, value: SettingValue): string | undefined {
  switch (row.type) {
    case 'boolean':
      return undefined;
    case 'integer': {
      const also = row.also === undefined ? '' : `${row.also} or `;
      const fits = typeof value === 'number' && value >= row.min && value <= row.max;
      return fits || value === row.also ? undefined : `must be ${also}from ${row.min} to ${row.max}`;
    }
    case 'string': {
      const text = String(value);
      if (text.length > row.maxLength) return `has more than ${row.maxLength} characters`;
      if (text.includes('\0') || !text.isWellFormed()) return 'is no valid text';
      if (row.oneOf !== undefined && !row.oneOf.includes(text))
        return `must be one of ${row.oneOf.join(', ')}`;
      if (row.pattern?.test(text) === false)
        return row.form ?? 'must not be blank, nor have spaces or colons';
      return row.problem?.(text);
    }
  }
}
