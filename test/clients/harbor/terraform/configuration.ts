import { withoutEmpty } from './provider-client.ts';
import type { Attributes, ResourceType } from './resource-type.ts';

const gib = 1024 ** 3;
const path = '/configurations';

interface Banner {
  readonly closable: boolean;
  readonly message: string;
  readonly type: string;
  readonly from_date: string;
  readonly to_date: string;
}

/** Values of JSON in the order and without the escapes that the provider writes them with. */
function bannerText(banners: readonly Banner[]): string {
  const [banner] = banners;
  if (banner === undefined) return '';
  const { closable, message, type, from_date: from, to_date: to } = banner;
  return `{"closable":${closable},"message":"${message}","type":"${type}","fromDate":"${from}","toDate":"${to}"}`;
}

function bannersOf(text: unknown): readonly Banner[] {
  if (typeof text !== 'string' || text === '') return [];
  const {
    closable = false,
    message,
    type,
    fromDate,
    toDate,
  } = JSON.parse(text) as {
    readonly closable?: boolean;
    readonly message: string;
    readonly type: string;
    readonly fromDate: string;
    readonly toDate: string;
  };
  return [{ closable, message, type, from_date: fromDate, to_date: toDate }];
}

/** The provider's names beside those of the server. */
const named = {
  project_creation_restriction: 'project_creation_restriction',
  robot_token_expiration: 'robot_token_duration',
  token_expiration: 'token_expiration',
  session_timeout: 'session_timeout',
  robot_name_prefix: 'robot_name_prefix',
  audit_log_forward_endpoint: 'audit_log_forward_endpoint',
  disabled_audit_log_event_types: 'disabled_audit_log_event_types',
} as const;

const flags = [
  'read_only',
  'scanner_skip_update_pulltime',
  'skip_audit_log_database',
  'notification_enable',
] as const;

function systemBody(wanted: Attributes): object {
  const storage = Number(wanted['storage_per_project']);
  return {
    ...withoutEmpty(
      Object.fromEntries(Object.entries(named).map(([ours, theirs]) => [theirs, wanted[ours]])),
    ),
    ...Object.fromEntries(flags.map((flag) => [flag, wanted[flag]])),
    ...withoutEmpty({ storage_per_project: storage > 0 ? storage * gib : storage }),
    quota_per_project_enable: true,
    banner_message: bannerText(wanted['banner_message'] as readonly Banner[]),
  };
}

export const system: ResourceType = {
  name: 'harbor_config_system',
  defaults: {
    project_creation_restriction: 'adminonly',
    read_only: false,
    robot_token_expiration: 30,
    token_expiration: 30,
    session_timeout: 60,
    robot_name_prefix: 'robot$',
    scanner_skip_update_pulltime: false,
    storage_per_project: -1,
    audit_log_forward_endpoint: '',
    skip_audit_log_database: false,
    banner_message: [],
    notification_enable: true,
    disabled_audit_log_event_types: '',
  },
  unread: [],
  single: true,
  async create(api, wanted) {
    await api.put(path, systemBody(wanted));
    return 'configuration/system';
  },
  async read(api) {
    const settings = await api.get<Readonly<Record<string, { readonly value?: unknown } | undefined>>>(path);
    const value = (name: string): unknown => settings[name]?.value;
    const storage = Number(value('storage_per_project'));
    return {
      ...Object.fromEntries(Object.entries(named).map(([ours, theirs]) => [ours, value(theirs) ?? ''])),
      ...Object.fromEntries(flags.map((flag) => [flag, value(flag) ?? false])),
      storage_per_project: storage > 0 ? Math.trunc(storage / gib) : storage,
      banner_message: bannersOf(value('banner_message')),
    };
  },
  update: (api, { wanted }) => api.put(path, systemBody(wanted)),
  // The provider leaves the settings as they are.
  destroy: () => Promise.resolve(),
};

const allowlist = '/system/CVEAllowlist';

interface Allowlist {
  readonly items?: readonly { readonly cve_id: string }[];
  readonly expires_at?: number;
}

function allowlistBody(wanted: Attributes): object {
  const items = (wanted['cve_allowlist'] as readonly string[]).map((id) => ({ cve_id: id }));
  return {
    ...(items.length > 0 ? { items } : {}),
    ...withoutEmpty({ expires_at: wanted['expires_at'] }),
  };
}

export const security: ResourceType = {
  name: 'harbor_config_security',
  defaults: {},
  unread: [],
  single: true,
  async create(api, wanted) {
    await api.put(allowlist, allowlistBody(wanted));
    return allowlist;
  },
  async read(api) {
    const { items = [], expires_at: end = 0 } = await api.get<Allowlist>(allowlist);
    return { cve_allowlist: items.map(({ cve_id }) => cve_id), expires_at: end };
  },
  update: (api, { wanted }) => api.put(allowlist, allowlistBody(wanted)),
  destroy: (api) => api.put(allowlist, allowlistBody({ cve_allowlist: [] })),
};
