import type { Text } from '../../lib/text/language.ts';
import type { SettingForm } from './setting-forms.ts';

/**
 * Whether Harbor's operations show a setting and take it: `rw` both, `w` take only, `r` show only. `none`: Harbor has it in
 * its environment; it is not shown, and taken here where it is honoured.
 */
export type SettingFace = 'rw' | 'w' | 'r' | 'none';

/**
 * What this version makes of a value that is not the default. `honoured`: it has its effect. `kept`: it is stored and
 * shown, and has no effect yet, nor would anybody rely on one. `refused`: what it promises needs something that is not
 * there.
 */
export type SettingUse =
  | { readonly kind: 'honoured' }
  | { readonly kind: 'kept' }
  | { readonly kind: 'refused'; readonly needs: Text }
  /** It will not be there either. */
  | { readonly kind: 'never'; readonly why: Text };

interface Row {
  readonly face: SettingFace;
  readonly use: SettingUse;
  readonly doc: Text;
}

export interface FlagRow extends Row {
  readonly type: 'boolean';
  readonly fallback: boolean;
}

/** What a number counts, where it is no number of things. */
export const settingUnits = ['bytes', 'seconds', 'minutes', 'days'] as const;

export interface NumberRow extends Row {
  readonly type: 'integer';
  readonly unit?: (typeof settingUnits)[number];
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  /** Allowed although it is below `min`, and stands for no limit. */
  readonly also?: number;
}

export interface TextRow extends Row {
  readonly type: 'string';
  readonly fallback: string;
  readonly maxLength: number;
  readonly pattern?: RegExp;
  /** Beyond that: whether the value has its form. */
  readonly fits?: (text: string) => boolean;
  /** Encrypted with the master key where it is kept; its face is `w`. */
  readonly sealed?: true;
  readonly oneOf?: readonly string[];
  /** What a text of it has to look like. */
  readonly form?: SettingForm;
}

export type SettingRow = FlagRow | NumberRow | TextRow;

export const honoured = { kind: 'honoured' } as const;
export const kept = { kind: 'kept' } as const;

/** Of Harbor's integers that count minutes or days. */
export const longest = 9_999_999_999;
export const manyLetters = 4096;

export function refusedText(needs: Text, doc: Text, more: Partial<TextRow> = {}) {
  const use = { kind: 'refused', needs } as const;
  return { type: 'string', fallback: '', maxLength: manyLetters, face: 'rw', use, doc, ...more } as const;
}

export function refusedFlag(needs: Text, fallback: boolean, doc: Text) {
  return flag({ kind: 'refused', needs }, fallback, doc);
}

export function refusedNumber(needs: Text, fallback: number, doc: Text, more: Pick<NumberRow, 'unit'> = {}) {
  const use = { kind: 'refused', needs } as const;
  return { type: 'integer', fallback, min: 0, max: longest, face: 'rw', use, doc, ...more } as const;
}

export function flag(use: SettingUse, fallback: boolean, doc: Text) {
  return { type: 'boolean', fallback, face: 'rw', use, doc } as const;
}
