import { type Setting, settingWords } from '../../api/settings/setting-words.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { settingsTexts } from './text.ts';

/** What stands for a value in a sentence. */
export function useSettingWords(): (setting: Setting, text: string) => string {
  const { empty } = useTexts(settingsTexts);
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  return (setting, text) => settingWords(setting, text, { said, language }) ?? (text === '' ? empty : text);
}

/** @param json as the server tells a value */
export function textOf(json: string): string {
  return String(JSON.parse(json));
}
