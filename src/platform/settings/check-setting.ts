import { type Because, because } from '../../lib/because.ts';
import { settingForms } from './setting-forms.ts';
import type { SettingRow } from './setting-row.ts';
import { rowOf, type SettingKey, type SettingValue } from './table.ts';

export interface SettingProblem {
  /** In one sentence. */
  readonly message: string;
  readonly because: Because;
}

/** Undefined, or why the setting cannot have this value, which is of its type. */
export function checkSetting(key: SettingKey, value: SettingValue): SettingProblem | undefined {
  const row = rowOf(key);
  if (value === row.fallback) return undefined;
  const wrong = wrongForm(key, row, value);
  if (wrong !== undefined) return { ...wrong, message: `${key} ${wrong.message}` };
  if (row.use.kind === 'refused') {
    const { en: needs } = row.use.needs;
    return {
      message: `${key} needs ${needs}, not in this version`,
      because: because('setting needs', { setting: key, needs }),
    };
  }
  const fallback = String(row.fallback);
  if (row.use.kind === 'never')
    return {
      message: `${key} stays ${fallback}: ${row.use.why.en}`,
      because: because('setting stays', { setting: key, value: fallback }),
    };
  if (row.face !== 'r') return undefined;
  return { message: `${key} cannot be changed`, because: because('setting fixed', { setting: key }) };
}

/** Whether a value that was stored is of the type that the setting has now. */
export function isOfType(row: SettingRow, value: unknown): value is SettingValue {
  return row.type === 'integer' ? Number.isSafeInteger(value) : typeof value === row.type;
}

/** What the value has to be, to stand behind the name of the setting. */
function wrongForm(what: SettingKey, row: SettingRow, value: SettingValue): SettingProblem | undefined {
  switch (row.type) {
    case 'boolean':
      return undefined;
    case 'integer': {
      const { min, max } = row;
      const also = row.also === undefined ? '' : String(row.also);
      if (value === row.also || (typeof value === 'number' && value >= min && value <= max)) return undefined;
      return {
        message: `must be ${also === '' ? '' : `${also} or `}from ${min} to ${max}`,
        because: because('number wrong', { what, least: String(min), most: String(max), also }),
      };
    }
    case 'string': {
      const text = String(value);
      const most = String(row.maxLength);
      if (text.length > row.maxLength)
        return {
          message: `has more than ${most} characters`,
          because: because('text too long', { what, most }),
        };
      if (text.includes('\0') || !text.isWellFormed())
        return { message: 'is no valid text', because: because('text invalid', { what }) };
      if (row.oneOf !== undefined && !row.oneOf.includes(text)) {
        const choices = row.oneOf.join(', ');
        return { message: `must be one of ${choices}`, because: because('not one of', { what, choices }) };
      }
      if (row.pattern?.test(text) !== false && row.fits?.(text) !== false) return undefined;
      const form = row.form ?? 'one word';
      return { message: settingForms[form], because: because('form wrong', { what, form }) };
    }
  }
}
