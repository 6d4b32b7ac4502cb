import type { RestRoute } from '../../access/rest-route.ts';
import { restRoute } from '../../access/rest-route.ts';
import type { Text } from '../../lib/text/language.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { type NumberRow, settingUnits } from '../../platform/settings/setting-row.ts';
import { settingTitles } from '../../platform/settings/setting-titles.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { rowOf, type SettingKey, settingKeys } from '../../platform/settings/table.ts';

const text = { type: 'string' } as const;
const both = { type: 'object', properties: { en: text, zh: text } } as const;

const setting = {
  type: 'object',
  properties: {
    name: text,
    type: { type: 'string', enum: ['boolean', 'integer', 'string'] },
    value: { type: 'string', description: 'As JSON text.' },
    default: { type: 'string', description: 'As JSON text; what the start says where it says something.' },
    source: {
      type: 'string',
      enum: ['default', 'set', 'start'],
      description: 'start: fixed by config_overwrite_json, and not editable.',
    },
    editable: { type: 'boolean' },
    why_not: both,
    title: { ...both, description: 'What it is called on pages; its name is for programs.' },
    help: both,
    unit: { type: 'string', enum: settingUnits, description: 'What a number counts.' },
    unlimited: { type: 'integer', format: 'int64', description: 'The number that stands for no limit.' },
    choices: { type: 'array', items: text },
    min: { type: 'integer', format: 'int64' },
    max: { type: 'integer', format: 'int64' },
  },
} as const satisfies ObjectSchema;

/** The settings with what is known of each: Harbor's operation has their values only. */
export function listSettingsRoute(settings: Settings): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: '/api/berth/v1/settings',
    operationId: 'listSettings',
    tag: 'configure',
    summary:
      'The settings of the system without secrets, each with its default, its source and what it is for.',
    needs: 'system',
    permission: 'configuration:read',
    parameters: {},
    answers: { 200: { description: 'All of them.', schema: { type: 'array', items: setting } } },
    refusals: [401, 403],
    run: () =>
      Promise.resolve({
        status: 200,
        body: settingKeys
          .filter((key) => !['w', 'r'].includes(rowOf(key).face))
          .map((key) => viewOf(key, settings)),
      }),
  });
}

function viewOf(key: SettingKey, settings: Settings): Readonly<Record<string, unknown>> {
  const row = rowOf(key);
  const value = settings.get(key);
  const fallback = settings.defaultOf(key);
  const source = settings.pinned ? 'start' : value === fallback ? 'default' : 'set';
  const whyNot = whyNotOf(key);
  return {
    name: key,
    type: row.type,
    value: JSON.stringify(value),
    default: JSON.stringify(fallback),
    source,
    editable: !settings.pinned && whyNot === undefined,
    ...(whyNot === undefined ? {} : { why_not: whyNot }),
    title: settingTitles[key],
    help: row.doc,
    ...(row.type === 'string' && row.oneOf !== undefined ? { choices: row.oneOf } : {}),
    ...(row.type === 'integer' ? numberView(row) : {}),
  };
}

function numberView({ min, max, also, unit }: NumberRow): Readonly<Record<string, unknown>> {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(also === undefined ? {} : { unlimited: also }),
    min,
    max,
  };
}

function whyNotOf(key: SettingKey): Text | undefined {
  const { use } = rowOf(key);
  if (use.kind === 'never') return use.why;
  if (use.kind !== 'refused') return undefined;
  return {
    en: `It needs ${use.needs.en}, which is not in this version.`,
    zh: `需要${use.needs.zh}，本版本尚不支持。`,
  };
}
