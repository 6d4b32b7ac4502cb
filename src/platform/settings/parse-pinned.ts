import { StartProblem } from '../../lib/start-problem.ts';
import { checkSetting, isOfType } from './check-setting.ts';
import type { SettingChanges } from './settings.ts';
import { rowOf, type SettingKey, settingKeys } from './table.ts';

/**
 * The settings that the start fixes, from one JSON object as Harbor's `CONFIG_OVERWRITE_JSON`.
 * @throws StartProblem configInvalid
 */
export function parsePinned(text: string): SettingChanges {
  const given = parseObject(text);
  for (const [name, value] of Object.entries(given)) {
    const key = settingKeys.find((each) => each === name);
    if (key === undefined) throw invalid(`there is no setting ${name}`, `没有设置项 ${name}`);
    const problem = problemOf(key, value);
    if (problem !== undefined) throw invalid(problem, problem);
  }
  return given;
}

function problemOf(key: SettingKey, value: unknown): string | undefined {
  const row = rowOf(key);
  return isOfType(row, value) ? checkSetting(key, value)?.message : `${key} must be of type ${row.type}`;
}

function parseObject(text: string): object {
  const wrong = () => invalid('it is no JSON object', '不是 JSON 对象');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw wrong();
}

function invalid(en: string, zh: string): StartProblem {
  return new StartProblem('configInvalid', {
    en: `config_overwrite_json: ${en}`,
    zh: `config_overwrite_json：${zh}`,
  });
}
