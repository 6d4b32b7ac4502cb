import type { Settings } from '../../platform/settings/settings.ts';
import { rowOf, settingKeys } from '../../platform/settings/table.ts';

/** The settings as Harbor prints them: `{key: {value, editable}}`, and none that is a secret. */
export function settingsView(settings: Settings): Readonly<Record<string, unknown>> {
  const items = settingKeys
    .filter((key) => rowOf(key).face === 'rw')
    .map((key) => {
      const editable = !settings.pinned && rowOf(key).use.kind !== 'refused';
      return [key, { value: settings.get(key), editable }] as const;
    });
  return { ...Object.fromEntries(items), scan_all_policy: { type: settings.get('scan_all_policy') } };
}
