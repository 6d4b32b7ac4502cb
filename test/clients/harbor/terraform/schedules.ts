import type { ProviderClient } from './provider-client.ts';
import { withoutEmpty } from './provider-client.ts';
import type { Attributes, ResourceType } from './resource-type.ts';

const zeroTime = '0001-01-01T00:00:00Z';

const named: Readonly<Record<string, readonly [type: string, cron: string]>> = {
  '': ['None', ''],
  hourly: ['Hourly', '0 0 * * * *'],
  daily: ['Daily', '0 0 0 * * *'],
  weekly: ['Weekly', '0 0 0 * * 0'],
};

/** As the provider sends and reads the word of a file: one of three, or a cron line. */
export function scheduleOf(text: string): { readonly type: string; readonly cron: string } {
  const known = Object.values(named).find(([, cron]) => cron === text);
  const [type, cron] = named[text.toLowerCase()] ?? known ?? ['Custom', text];
  return { type, cron };
}

interface Answer {
  readonly schedule: { readonly type: string; readonly cron: string };
  readonly job_parameters: string;
}

function bodyOf(schedule: string, parameters: Readonly<Record<string, unknown>>): object {
  return {
    schedule: withoutEmpty({ ...scheduleOf(schedule) }),
    creation_time: zeroTime,
    update_time: zeroTime,
    parameters: withoutEmpty(parameters),
  };
}

/** Whether there is one decides between POST and PUT. */
async function put(api: ProviderClient, path: string, body: object): Promise<void> {
  if (await api.hasText(path)) await api.put(path, body);
  else await api.postWithoutLocation(path, body);
}

async function readSchedule(
  api: ProviderClient,
  path: string,
): Promise<{ readonly schedule: string; readonly parameters: Attributes }> {
  const { schedule, job_parameters: text } = await api.get<Answer>(path);
  return {
    schedule: schedule.type === 'Custom' ? schedule.cron : schedule.type,
    parameters: JSON.parse(text) as Attributes,
  };
}

const collectionPath = '/system/gc/schedule';

const collectionParameters = (wanted: Attributes): Attributes => ({
  delete_untagged: wanted['delete_untagged'],
  workers: wanted['workers'],
});

export const garbageCollection: ResourceType = {
  name: 'harbor_garbage_collection',
  defaults: { workers: 1 },
  unread: [],
  single: true,
  notImported: true,
  async create(api, wanted) {
    await put(api, collectionPath, bodyOf(String(wanted['schedule']), collectionParameters(wanted)));
    return collectionPath;
  },
  async read(api, { attributes }) {
    const { schedule, parameters } = await readSchedule(api, collectionPath);
    const { delete_untagged: untagged = false, workers = 0 } = parameters;
    return { ...attributes, schedule, delete_untagged: untagged, workers };
  },
  update: (api, { wanted }) =>
    put(api, collectionPath, bodyOf(String(wanted['schedule']), collectionParameters(wanted))),
  destroy: (api) =>
    api.put(collectionPath, {
      schedule: { type: 'None' },
      creation_time: zeroTime,
      update_time: zeroTime,
      parameters: {},
    }),
};

const purgePath = '/system/purgeaudit/schedule';

const purgeParameters = (wanted: Attributes): Attributes => ({
  audit_retention_hour: wanted['audit_retention_hour'],
  include_event_types: wanted['include_event_types'],
});

export const auditPurge: ResourceType = {
  name: 'harbor_purge_audit_log',
  defaults: {},
  unread: [],
  single: true,
  notImported: true,
  async create(api, wanted) {
    await put(api, purgePath, bodyOf(String(wanted['schedule']), purgeParameters(wanted)));
    return purgePath;
  },
  async read(api, { attributes }) {
    if (!(await api.hasText(purgePath))) return undefined;
    const { schedule, parameters } = await readSchedule(api, purgePath);
    const { audit_retention_hour: hours = 0, include_event_types: types } = parameters;
    return { ...attributes, schedule, audit_retention_hour: hours, include_event_types: types };
  },
  update: (api, { wanted }) =>
    put(api, purgePath, bodyOf(String(wanted['schedule']), purgeParameters(wanted))),
  destroy: (api, { attributes }) => put(api, purgePath, bodyOf('', purgeParameters(attributes))),
};
