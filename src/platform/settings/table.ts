import type { Text } from '../../lib/text/language.ts';
import { parseSyslogEndpoint } from '../syslog/syslog-endpoint.ts';
import { costRows } from './cost-rows.ts';
import { mailRows } from './mail-rows.ts';
import { projectRows } from './project-rows.ts';
import {
  flag,
  honoured,
  kept,
  longest,
  manyLetters,
  refusedFlag,
  refusedNumber,
  refusedText,
  type SettingRow,
  type SettingUse,
} from './setting-row.ts';

const signInElsewhere: Text = { en: 'sign-in by another directory', zh: '通过外部目录登录' };
const ldap: Text = { en: 'sign-in by LDAP', zh: '通过 LDAP 登录' };
const uaa: Text = { en: 'sign-in by UAA', zh: '通过 UAA 登录' };
const authProxy: Text = { en: 'sign-in by an authenticating proxy', zh: '通过认证代理登录' };
const oidc: Text = { en: 'sign-in by OpenID Connect', zh: '通过 OpenID Connect 登录' };
const scans: Text = { en: 'vulnerability scanning', zh: '漏洞扫描' };
const pullsAreKept: SettingUse = {
  kind: 'never',
  why: {
    en: 'retention, usage and lists go by what was pulled, and how often',
    zh: '保留策略、用量和列表都依据拉取时间和次数',
  },
};

const maxLimitBytes = 2 ** 50;
/** Every setting that is changed while the server runs, by Harbor's key. */
export const settingRows = {
  auth_mode: {
    type: 'string',
    fallback: 'db_auth',
    maxLength: 20,
    oneOf: ['db_auth', 'ldap_auth', 'uaa_auth', 'http_auth', 'oidc_auth'],
    face: 'rw',
    use: { kind: 'refused', needs: signInElsewhere },
    doc: { en: 'Where accounts are kept.', zh: '账户存放的位置。' },
  },
  primary_auth_mode: flag(kept, false, {
    en: 'Whether a sign-in page leads with auth_mode; shown in the system information.',
    zh: '登录页是否优先使用 auth_mode；在系统信息中显示。',
  }),
  ldap_base_dn: refusedText(ldap, { en: 'Where accounts are looked for.', zh: '查找账户的位置。' }),
  ldap_filter: refusedText(ldap, { en: 'Which accounts count.', zh: '哪些账户有效。' }),
  ldap_group_base_dn: refusedText(ldap, { en: 'Where groups are looked for.', zh: '查找用户组的位置。' }),
  ldap_group_admin_dn: refusedText(ldap, {
    en: 'The group whose members are administrators.',
    zh: '其成员均为管理员的用户组。',
  }),
  ldap_group_attribute_name: refusedText(ldap, { en: 'The name of a group.', zh: '用户组名称的属性。' }),
  ldap_group_search_filter: refusedText(ldap, { en: 'Which groups count.', zh: '哪些用户组有效。' }),
  ldap_group_search_scope: refusedNumber(ldap, 2, {
    en: 'How deep groups are looked for.',
    zh: '查找用户组的深度。',
  }),
  ldap_scope: refusedNumber(ldap, 2, { en: 'How deep accounts are looked for.', zh: '查找账户的深度。' }),
  ldap_search_dn: refusedText(ldap, { en: 'The account that searches.', zh: '用于查找的账户。' }),
  ldap_search_password: refusedText(ldap, { en: 'Its password.', zh: '该账户的密码。' }, { face: 'w' }),
  ldap_timeout: refusedNumber(ldap, 5, { en: 'Seconds to wait.', zh: '等待的秒数。' }, { unit: 'seconds' }),
  ldap_uid: refusedText(ldap, { en: 'The name of an account.', zh: '账户名称的属性。' }, { fallback: 'cn' }),
  ldap_url: refusedText(ldap, { en: 'The directory.', zh: '目录服务器的地址。' }),
  ldap_verify_cert: refusedFlag(ldap, true, {
    en: 'Whether its certificate is checked.',
    zh: '是否校验其证书。',
  }),
  ldap_group_membership_attribute: refusedText(
    ldap,
    { en: 'What names the groups of an account.', zh: '账户所属用户组的属性。' },
    { fallback: 'memberof' },
  ),
  ldap_group_attach_parallel: refusedFlag(ldap, false, {
    en: 'Whether groups are looked up side by side.',
    zh: '是否并行查找用户组。',
  }),
  scan_all_policy: refusedText(
    scans,
    { en: 'When everything is scanned.', zh: '何时扫描全部内容。' },
    { face: 'r', fallback: 'none' },
  ),
  project_creation_restriction: {
    type: 'string',
    fallback: 'everyone',
    maxLength: 20,
    oneOf: ['everyone', 'adminonly'],
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Who may make projects: everyone who has signed in (everyone), or administrators only (adminonly).',
      zh: '谁可以创建项目：everyone（所有已登录者）或 adminonly（仅管理员）。',
    },
  },
  read_only: flag(honoured, false, {
    en: 'Whether every change is refused, also pushes.',
    zh: '是否拒绝一切修改，包括推送。',
  }),
  self_registration: flag(honoured, false, {
    en: 'Whether people can make an account for themselves.',
    zh: '是否允许自行注册账户。',
  }),
  token_expiration: {
    type: 'integer',
    unit: 'minutes',
    fallback: 30,
    min: 1,
    max: longest,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Minutes that a token of the token service is valid; until it is changed here, token_life of the start counts.',
      zh: '令牌服务所发令牌的有效分钟数；在此修改之前以启动设置 token_life 为准。',
    },
  },
  uaa_client_id: refusedText(uaa, { en: 'The client.', zh: '客户端标识。' }),
  uaa_client_secret: refusedText(uaa, { en: 'Its secret.', zh: '客户端密钥。' }, { face: 'w' }),
  uaa_endpoint: refusedText(uaa, { en: 'The server.', zh: '服务器地址。' }),
  uaa_verify_cert: refusedFlag(uaa, false, {
    en: 'Whether its certificate is checked.',
    zh: '是否校验其证书。',
  }),
  http_authproxy_endpoint: refusedText(authProxy, { en: 'The proxy.', zh: '代理地址。' }),
  http_authproxy_tokenreview_endpoint: refusedText(authProxy, {
    en: 'Where tokens are reviewed.',
    zh: '校验令牌的地址。',
  }),
  http_authproxy_admin_groups: refusedText(authProxy, {
    en: 'Groups of administrators.',
    zh: '管理员用户组。',
  }),
  http_authproxy_admin_usernames: refusedText(authProxy, {
    en: 'Names of administrators.',
    zh: '管理员用户名。',
  }),
  http_authproxy_verify_cert: refusedFlag(authProxy, true, {
    en: 'Whether its certificate is checked.',
    zh: '是否校验其证书。',
  }),
  http_authproxy_skip_search: refusedFlag(authProxy, false, {
    en: 'Whether every name is taken for an account.',
    zh: '是否把任何名称都当作账户。',
  }),
  http_authproxy_server_certificate: refusedText(
    authProxy,
    { en: 'The certificate that it has to show.', zh: '代理必须出示的证书。' },
    { maxLength: 65_536 },
  ),
  oidc_name: refusedText(oidc, { en: 'What the provider is called.', zh: '提供方的名称。' }),
  oidc_endpoint: refusedText(oidc, { en: 'The provider.', zh: '提供方的地址。' }),
  oidc_client_id: refusedText(oidc, { en: 'The client.', zh: '客户端标识。' }),
  oidc_client_secret: refusedText(oidc, { en: 'Its secret.', zh: '客户端密钥。' }, { face: 'w' }),
  oidc_groups_claim: refusedText(oidc, { en: 'The claim that names groups.', zh: '用户组所在的声明。' }),
  oidc_admin_group: refusedText(oidc, {
    en: 'The group whose members are administrators.',
    zh: '其成员均为管理员的用户组。',
  }),
  oidc_group_filter: refusedText(oidc, { en: 'Which groups count.', zh: '哪些用户组有效。' }),
  oidc_scope: refusedText(oidc, { en: 'What is asked of the provider.', zh: '向提供方请求的范围。' }),
  oidc_user_claim: refusedText(oidc, { en: 'The claim that names the account.', zh: '用户名所在的声明。' }),
  oidc_verify_cert: refusedFlag(oidc, true, {
    en: 'Whether its certificate is checked.',
    zh: '是否校验其证书。',
  }),
  oidc_auto_onboard: refusedFlag(oidc, false, {
    en: 'Whether accounts are made at the first sign-in.',
    zh: '首次登录时是否自动创建账户。',
  }),
  oidc_extra_redirect_parms: refusedText(
    oidc,
    { en: 'Further parameters of the redirect.', zh: '跳转时附加的参数。' },
    { fallback: '{}' },
  ),
  oidc_logout: refusedFlag(oidc, false, {
    en: 'Whether a sign-out ends the session at the provider.',
    zh: '退出时是否同时结束提供方的会话。',
  }),
  robot_token_duration: {
    type: 'integer',
    unit: 'days',
    fallback: 30,
    min: 1,
    max: longest,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Days that the console offers administrators for a new robot account, and Harbor’s clients may; an account itself always names its own.',
      zh: '管理员在控制台新建机器人账户时默认给出的天数，Harbor 客户端也可采用；账户本身总是自带期限。',
    },
  },
  robot_name_prefix: {
    type: 'string',
    fallback: 'robot$',
    maxLength: 64,
    // In Basic credentials a colon ends the name.
    pattern: /^[^\s:]+$/,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'What the names of robot accounts begin with; a change renames all of them.',
      zh: '机器人账户名的前缀；修改后所有机器人随之改名。',
    },
  },
  separation_of_duties: flag(honoured, false, {
    en: 'Whether one account may be only one of operator, security-officer, auditor and system-admin; only administrators change it.',
    zh: '是否实行三员分立：同一账户只能担任 operator、security-officer、auditor、system-admin 之一；仅管理员可修改。',
  }),
  ...projectRows,
  ...costRows,
  ...mailRows,
  notification_enable: flag(honoured, true, {
    en: 'Whether webhooks are sent. What happens while they are not is not told later.',
    zh: '是否发送 webhook。关闭期间发生的事件之后不会补发。',
  }),
  quota_per_project_enable: flag(honoured, true, {
    en: 'Whether the storage limits of projects count.',
    zh: '项目的存储配额是否生效。',
  }),
  storage_per_project: {
    type: 'integer',
    unit: 'bytes',
    fallback: -1,
    min: 1,
    max: maxLimitBytes,
    also: -1,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Storage quota of a new project in bytes, such as 10737418240 for 10 GiB; -1 for none.',
      zh: '新项目的存储配额（字节），例如 10737418240 即 10 GiB；-1 表示不限。',
    },
  },
  pull_time_update_disable: {
    ...flag(pullsAreKept, false, {
      en: 'Whether the time of the last pull stays as it is.',
      zh: '是否不再更新最近拉取时间。',
    }),
    face: 'none',
  },
  pull_count_update_disable: {
    ...flag(pullsAreKept, false, {
      en: 'Whether the number of pulls stays as it is.',
      zh: '是否不再更新拉取次数。',
    }),
    face: 'none',
  },
  pull_audit_log_disable: {
    type: 'boolean',
    fallback: false,
    face: 'none',
    use: honoured,
    doc: { en: 'Whether pulls are left out of the audit log.', zh: '审计日志是否不记录拉取。' },
  },
  audit_log_forward_endpoint: {
    type: 'string',
    fallback: '',
    maxLength: 300,
    fits: (text) => parseSyslogEndpoint(text) !== undefined,
    form: 'syslog server',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'The syslog server that gets the audit log: host:port (TCP), or udp://, tcp://, tls:// before it.',
      zh: '接收审计日志的 syslog 服务器：主机:端口（TCP），或在其前加 udp://、tcp://、tls://。',
    },
  },
  audit_min_days: {
    type: 'integer',
    unit: 'days',
    fallback: 30,
    // Who looks for projects of which nothing came reads the rows of their first days.
    min: 7,
    max: 10_000,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Days for which no purge removes a row of the audit log.',
      zh: '审计日志的记录在多少天内不会被任何清理删除。',
    },
  },
  skip_audit_log_database: {
    type: 'boolean',
    fallback: false,
    face: 'rw',
    use: {
      kind: 'never',
      why: {
        en: 'the history of tags, webhooks and the proof of the audit log are made of its rows',
        zh: 'Tag 历史、webhook 和审计日志的证明都来自这些记录',
      },
    },
    doc: { en: 'Whether the audit log is only sent on.', zh: '审计日志是否只转发而不入库。' },
  },
  scanner_skip_update_pulltime: flag(kept, false, {
    en: 'Whether pulls by scanners leave the time of the last pull; there are no scanners yet.',
    zh: '扫描器的拉取是否不更新最近拉取时间；目前尚无扫描器。',
  }),
  disabled_audit_log_event_types: {
    type: 'string',
    fallback: '',
    maxLength: manyLetters,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'What is left out of the audit log: `create_tag,pull_artifact`. Events are kept all the same, and stay hidden.',
      zh: '审计日志不记录的事件类型，例如 `create_tag,pull_artifact`。事件本身仍会保存，但始终不在日志中显示。',
    },
  },
  session_timeout: {
    type: 'integer',
    unit: 'minutes',
    fallback: 60,
    min: 1,
    max: longest,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Minutes after which a session ends that nobody uses.',
      zh: '会话闲置多少分钟后结束。',
    },
  },
  banner_message: {
    type: 'string',
    fallback: '',
    maxLength: 65_536,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'What everybody is told, as JSON text; shown in the system information.',
      zh: '对所有人显示的公告（JSON 文本）；在系统信息中给出。',
    },
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingKey = keyof typeof settingRows;

interface ValueOf {
  readonly boolean: boolean;
  readonly integer: number;
  readonly string: string;
}

export type SettingValue = boolean | number | string;
export type SettingValues = { readonly [K in SettingKey]: ValueOf[(typeof settingRows)[K]['type']] };

export const settingKeys = Object.keys(settingRows) as readonly SettingKey[];

/** The row of a key, whatever its type. */
export function rowOf(key: SettingKey): SettingRow {
  return settingRows[key];
}
