import { administersSystem } from '../../access/authorize.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { requireSeparationPossible } from '../../access/roles/require-separate-duties.ts';
import { AppError } from '../../lib/errors.ts';
import type { ObjectSchema, Schema } from '../../platform/http/api/schema.ts';
import type { SettingChanges, Settings } from '../../platform/settings/settings.ts';
import { rowOf, type SettingKey, settingKeys } from '../../platform/settings/table.ts';
import { settingsView } from './settings-view.ts';

const path = '/api/v2.0/configurations';
const tag = 'configure';

const scanAllPolicy = { type: 'object', properties: { type: { type: 'string' } } } as const;

/** Also of what Harbor does not take: it is refused instead of being left alone without a word. */
const changes = {
  type: 'object',
  properties: {
    ...Object.fromEntries(settingKeys.map((key) => [key, valueSchema(key)])),
    scan_all_policy: scanAllPolicy,
  },
} as const satisfies ObjectSchema;

const shown: ObjectSchema = {
  type: 'object',
  properties: Object.fromEntries(
    settingKeys
      .filter((key) => rowOf(key).face === 'rw')
      .map((key): [string, Schema] => [
        key,
        { type: 'object', properties: { value: valueSchema(key), editable: { type: 'boolean' } } },
      ])
      .concat([['scan_all_policy', scanAllPolicy]]),
  ),
};

function valueSchema(key: SettingKey): Schema {
  const row = rowOf(key);
  const needs = row.use.kind === 'refused' ? ` Only the default: it needs ${row.use.needs.en}.` : '';
  const description = `${row.doc.en}${needs}`;
  return row.type === 'integer'
    ? { type: row.type, format: 'int64', description }
    : { type: row.type, description };
}

/** Harbor's operations on what is set while the server runs. */
export function settingRoutes({ settings }: { readonly settings: Settings }): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'GET',
      path,
      operationId: 'getConfigurations',
      tag,
      summary: 'The settings of the system, without secrets.',
      needs: 'system',
      permission: 'configuration:read',
      parameters: {},
      answers: { 200: { description: 'Each with its value.', schema: shown } },
      refusals: [401, 403],
      run: () => Promise.resolve({ status: 200, body: settingsView(settings) }),
    }),
    restRoute.system({
      method: 'PUT',
      path,
      operationId: 'updateConfigurations',
      tag,
      summary: 'Changes settings of the system: those that are named, all of them or none.',
      needs: 'system',
      permission: 'configuration:update',
      parameters: {},
      body: { name: 'configurations', schema: changes },
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 409],
      run: async ({ body }, asker) => {
        // Bound by the schema above, whose types are the table's. Clients send an empty policy along with the rest.
        const { scan_all_policy: policy, ...others } = body;
        const changed: SettingChanges =
          policy?.type === undefined ? others : { ...others, scan_all_policy: policy.type };
        const separated = changed.separation_of_duties;
        if (separated !== undefined) requireAdministrator(asker);
        await settings.change(
          changed,
          asker.actor,
          separated === true ? requireSeparationPossible : undefined,
        );
        return { status: 200 };
      },
    }),
    restRoute.signedIn({
      method: 'GET',
      path: '/api/v2.0/internalconfig',
      operationId: 'getInternalconfig',
      tag,
      summary: 'For parts of Harbor that Berth does not consist of: refused to everybody.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'Never.' } },
      refusals: [401, 403],
      run: () => Promise.reject(new AppError('DENIED', { message: 'forbidden' })),
    }),
  ];
}

/** Whom it binds must not be able to lift it. */
function requireAdministrator({ grants, now }: SignedInAsker): void {
  if (administersSystem(grants, now)) return;
  throw new AppError('DENIED', {
    message: 'only administrators of the system change separation_of_duties',
    detail: 'ask one of them',
  });
}
