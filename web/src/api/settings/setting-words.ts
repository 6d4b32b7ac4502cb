import { formatBytes, formatDuration, formatNumber } from '../../ui/text/format.ts';
import type { Language, Said } from '../../ui/text/say.ts';
import type { uiTexts } from '../../ui/text.ts';
import type { Row } from '../call.ts';
import { choiceTexts } from './choice-text.ts';

export type Setting = Row<'GET /api/berth/v1/settings'>;

interface Words {
  readonly said: Pick<Said<typeof uiTexts>, 'yes' | 'no' | 'unlimited'>;
  readonly language: Language;
}

/**
 * A value of a setting with its unit, or what a choice means.
 * @returns undefined: it is a text, which stands for itself
 */
export function settingWords(
  { type, unit, unlimited, choices }: Pick<Setting, 'type' | 'unit' | 'unlimited' | 'choices'>,
  text: string,
  { said, language }: Words,
): string | undefined {
  if (type === 'boolean') return text === 'true' || text === '1' ? said.yes : said.no;
  if (choices?.includes(text) === true) return choiceWords(text, language);
  if (type !== 'integer' || !/^-?\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  if (value === unlimited) return said.unlimited;
  if (unit === undefined) return formatNumber(value, language);
  return unit === 'bytes' ? formatBytes(value, language) : formatDuration(value, { unit, language });
}

function choiceWords(value: string, language: Language): string | undefined {
  return Object.hasOwn(choiceTexts, value) ? choiceTexts[value as 'everyone'][language] : undefined;
}
