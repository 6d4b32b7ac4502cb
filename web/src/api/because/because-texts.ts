import { formatAbsolute, timeOf } from '../../ui/text/format.ts';
import type { Operations } from '../generated/operations.ts';
import type { Because } from './because.ts';

/** All that the server names. */
type Kind = NonNullable<
  NonNullable<
    NonNullable<Operations['GET /api/berth/v1/batches/{batch_id}/items']['answer']>[number]['because']
  >['kind']
>;

/**
 * Why the server refuses, in Chinese, by `kind`; its own sentence is the English one. A name in braces stands for a
 * value, what is in brackets is left out where a value in it is empty.
 */
export const becauseTexts: Readonly<Record<Kind, string>> = {
  'role missing':
    '{who} 在 {where} 没有“{action}”权限（{permission}），需要“{needs}”[，目前为“{has}”][（仅限 Tag {tags}）]。[可联系 {ask} 授予。]',
  'token limited': '{who} 使用的令牌不允许在 {where} 执行“{action}”。请改用权限足够的令牌或密码。',
  'system permission missing': '{who} 没有系统权限 {permission}。可联系系统管理员授予。',
  'permission missing': '缺少权限 {permission}。',
  'not held': '{who} 自身没有“{permission}”权限，因此不能授予他人。',
  'view only': '当前以 {who} 的权限查看，不能进行修改。请先退出该视图。',
  'read only': '系统处于只读模式，不能进行任何修改。',
  'default locked': '“{what}”已由系统管理员对所有项目锁定（{setting}），不能单独修改。',
  'project exists': '已有名为 {name} 的项目，请换一个名称。',
  'repository exists': '已有名为 {name} 的仓库，请换一个名称。',
  'name kept': '名称 {name} 因改名而保留至 {until}，请换一个名称，或请系统管理员释放该名称。',
  'project name invalid':
    '“{name}”不能用作项目名。请使用小写字母和数字，中间可用 .、_、__ 或任意个 -，最多 {most} 个字符。',
  'repository name invalid':
    '“{name}”不能用作仓库名。请使用小写字母和数字，中间可用 .、_ 或 -，各级以 / 分隔，最多 {most} 个字符。',
  'project creation restricted': '只有系统管理员可以创建项目。',
  'project creators': '只有用户组 {groups} 的成员可以创建项目（project_creator_groups）。',
  'project name pattern': '项目名须符合 {pattern}（project_name_pattern）。',
  'projects owned':
    '一个账户最多拥有 {most} 个项目（projects_per_user），已达上限。请删除不需要的项目，或联系系统管理员。',
  'storage limit':
    '将超出项目的存储配额：已用 {used}，还需 {wanted}，上限 {limit}。请删除不需要的内容，或请管理员提高配额。',
  'tag immutable': '项目的不可变规则 {rule} 保护了 Tag {tag}，需先修改该规则。',
  'tag protected':
    'Tag {repository}:{tag} 受规则 {rule} 保护[，只有 {holders} 可以创建、移动或删除]。请换用其他 Tag，或修改该规则。',
  'tag exists': '已有 Tag {tag}，请换一个名称，或通过推送移动该 Tag。',
  'label exists': '已有名为 {name} 的标签，请换一个名称。',
  'robot exists': '已有名为 {name} 的机器人账户，请换一个名称。',
  'token exists': '已有名为 {name} 的令牌，请换一个名称，或先撤销该令牌。',
  'role exists': '已有名为 {name} 的角色，请换一个名称。',
  'group exists': '已有名为 {name} 的同类用户组，请换一个名称。',
  'user exists': '已有用户 {name}（名称不区分大小写），请换一个名称。',
  'member exists': '{name} 已是项目 {project} 的成员。',
  'user name invalid':
    '“{name}”不能用作用户名：须为 1 到 {most} 个字符，首尾不能有空格，且不能包含 , " ~ # % $ :。',
  'person name invalid': '“{name}”不能用作姓名：最多 {most} 个字符，且不能包含 , " ~ # % $。',
  'e-mail invalid': '“{email}”不是有效的邮箱地址。',
  'e-mail taken': '该邮箱地址已被其他账户使用。',
  'password weak': '密码过于简单：至少 12 个字符，或 8 个字符且包含三类字符。',
  'password of few kinds': '密码须为 8 到 128 个字符，至少包含一个大写字母、一个小写字母和一个数字。',
  'password known': '管理员不能使用过于常见的密码。',
  'password same': '新密码不能与旧密码相同。',
  'password wrong': '当前密码不正确。',
  'last administrator': '{name} 是最后一个可以登录的系统管理员，请先让其他人成为系统管理员。',
  'duties together':
    '{name} 将同时拥有“{duties}”，而职责分离要求一个账户不能兼任。请先收回其他角色或移出用户组，或停用职责分离（separation_of_duties）。',
  'job runs': '已有相同的作业[ {job} ]尚未结束，请等待其结束或取消它。',
  'listed by index': '该制品被多架构索引[ {index} ]引用，请先删除该索引。',
  'changed meanwhile': '此后有新的推送或 Tag 变动。',
  'stands for something else': 'Tag {tag} 现已指向其他制品。',
  'label there': '该制品已有标签 {label}。',
  'label not there': '该制品没有标签 {label}。',
  'more match': '现有 {found} 项符合条件，而列表显示的是 {shown} 项。未进行任何修改，请重新查看列表。',
  'nothing to undo': '批量操作 {batch} 已没有可撤销的内容。',
  'place taken': '无法恢复 {item}：现在已有另一个同名内容。请先将其改名、移动或删除。',
  'project in trash': '无法恢复 {item}：其所在项目 {project} 也在回收站中，请先恢复该项目。',
  'being purged': '无法恢复 {item}：正在彻底清除，请重新推送其内容。',
  'repository in trash': '无法恢复 {item}：其所在仓库 {repository} 也在回收站中，请先恢复该仓库。',
  'artifact in trash': '无法恢复 {item}：其指向的制品 {digest} 也在回收站中，请先恢复该制品。',
  'needs hidden': '无法恢复 {item}：还需要回收站中你无权恢复的其他内容，请联系有权限的人。',
  'child in trash': '无法恢复 {item}：其引用的 {digest} 已被单独删除，请先恢复该内容。',
  'child gone': '无法恢复 {item}：其引用的 {digest} 已被彻底清除，请先按摘要重新推送。',
  'digest blocked': '{digest} 已被彻底清除并封禁，需由有权限的人解除封禁。',
  'deletion goes on': '{item} 的删除尚未完成，请稍后重试。',
  'plan ended': '方案 {plan} 已过期，请重新生成方案。',
  'plan carried out': '方案 {plan} 已执行过。',
  'plan overtaken': '策略或项目内容与生成方案 {plan} 时不同，请先保存生成方案时的策略，或重新生成方案。',
  'project full':
    '{project} 的存储配额已用尽：已用 {used}，上限 {limit}。请删除不需要的内容，或请管理员提高配额。',
  'account disabled': '账户 {who} 已停用。',
  'account ended': '账户 {who} 已到期。',
  'field empty': '请填写“{what}”。',
  'text too long': '“{what}”最多 {most} 个字符。',
  'text invalid': '“{what}”含有无效字符。',
  'not one of': '“{what}”须为以下之一：{choices}。',
  'form wrong': '“{what}”的格式不正确：{form}。',
  'number wrong': '“{what}”须为 {least} 到 {most} 之间的整数[，或 {also}]。',
  'most reached': '“{what}”最多 {most} 个。',
  'none chosen': '“{what}”须至少选择一项。',
  'pattern wrong': '匹配模式 {pattern} 无法识别。',
  'name reserved': '“{name}”已有特定含义，请换一个名称。',
  'ended already': '到期时间必须晚于现在。',
  'address wrong': '不能使用地址 {address}：须以 http:// 或 https:// 开头，且不能包含用户名。',
  'address not public':
    '不能使用地址 {address}：该地址不在公共互联网上。需由系统管理员在 outgoing_addresses（BERTH_OUTGOING_ADDRESSES）中允许该地址。',
  'host not allowed':
    '不能使用地址 {address}：该主机不在允许的范围内。需由系统管理员将其加入 outgoing_hosts（BERTH_OUTGOING_HOSTS）。',
  'address of registry': '不能使用地址 {address}：这是本系统自身的地址，请填写接收方的地址。',
  'mail off': '尚未配置邮件：需由系统管理员先设置 smtp_server 和 smtp_from。',
  'recipient refused': '不能向 {address} 发送邮件：需由系统管理员将其加入 smtp_recipients。',
  'no such group': '没有名为 {name} 的用户组。',
  'no such job': '没有编号为 {job} 的作业。',
  'role of people': '“{role}”是授予用户的角色，而 {name} 是机器人账户。',
  'setting needs': '此版本不支持“{needs}”，因此不能修改 {setting}。',
  'setting stays': '{setting} 须保持为 {value}。',
  'setting fixed': '{setting} 不能修改。',
  'settings pinned': '设置已由服务器的启动参数固定（config_overwrite_json），不能修改。',
  'tags taken': '无法恢复 {item}：{tags} 现已指向其他制品。请先删除该 Tag（必要时先为其制品另加 Tag）。',
};

/** Values that are words of the registry, not names that people gave. */
const wordKeys = ['action', 'needs', 'has', 'duties', 'permission', 'what', 'form', 'role'];

/** Lists of names. */
const listKeys = ['ask', 'groups', 'holders', 'tags', 'choices'];

const words: Readonly<Record<string, string>> = {
  projectAdmin: '项目管理员',
  maintainer: '维护人员',
  developer: '开发者',
  guest: '访客',
  limitedGuest: '受限访客',
  'system-admin': '系统管理员',
  operator: '运维人员',
  'security-officer': '安全负责人',
  auditor: '审计员',
  pull: '拉取',
  push: '推送',
  create: '创建',
  read: '查看',
  list: '列出',
  update: '修改',
  delete: '删除',
  operate: '运行',
  public: '公开',
  storage_limit: '存储配额',
  members: '成员',
  retention: '保留策略',
  immutability: '不可变规则',
  name: '名称',
  description: '描述',
  color: '颜色',
  comment: '备注',
  email: '邮箱',
  realname: '姓名',
  password: '密码',
  secret: '密钥',
  address: '地址',
  duration: '有效天数',
  tokens: '令牌',
  targets: '目标',
  events: '事件类型',
  permissions: '权限',
  pattern: '匹配模式',
  repositories: '仓库',
  tags: 'Tag',
  cron: '计划任务',
  'mail server': '应为“主机:端口”（使用 STARTTLS），或在其前加 tls:// 或 plain://',
  'mail address': '应为邮箱地址，例如 berth@example.com',
  recipients: '应为以逗号分隔的域名或邮箱地址',
  'syslog server': '应为“主机:端口”，或在其前加 udp://、tcp:// 或 tls://',
  'visible characters': '不能包含控制字符',
  price: '应为数字，例如 0.023，小数点后最多 6 位',
  currency: '应为货币名称，例如 EUR',
  'tag list': '应为以逗号分隔的 Tag，例如 v* 或 release-?.*',
  'member list':
    '应为以逗号分隔的“用户组=角色”，角色可为 projectAdmin、maintainer、developer、guest 或 limitedGuest',
  'project names': '只能使用小写字母、数字和 . _ -，* 表示任意内容',
  'one word': '不能为空，也不能包含空格或冒号',
  'robot name': '只能使用小写字母和数字，中间可用单个 .、_ 或 -',
  'group name': '须为 1 到 255 个可见字符，首尾不能有空格',
  'role name': '须为 2 到 63 个小写字母、数字或连字符，且以字母开头',
  tag: '只能使用字母、数字、_ . -（不能以 . 或 - 开头），最多 128 个字符',
  'tag pattern': '请填写一个 Tag（v1）、Tag 的开头（v*）或 *（全部）',
  'repository pattern': '请填写一个仓库（backend/api）、目录下的全部仓库（backend/**）或 **（全部）',
  schedule: '应为六段的 cron 表达式，且存在符合的日期',
  'sign-in by another directory': '通过外部目录登录',
  'sign-in by LDAP': '通过 LDAP 登录',
  'sign-in by UAA': '通过 UAA 登录',
  'sign-in by an authenticating proxy': '通过认证代理登录',
  'sign-in by OpenID Connect': '通过 OpenID Connect 登录',
  'vulnerability scanning': '漏洞扫描',
};

/** Undefined: none that is known here, or a value that it needs is missing. */
export function becauseText({ kind, values }: Because): string | undefined {
  if (!isKnown(kind)) return undefined;
  const template = becauseTexts[kind];
  const lacksAny = (text: string): boolean =>
    placesIn(text).some((name) => values[name] === undefined || values[name] === '');
  const whole = template.replaceAll(/\[([^\]]*)\]/g, (_, part: string) => (lacksAny(part) ? '' : part));
  if (lacksAny(whole)) return undefined;
  return whole.replaceAll(/\{(\w+)\}/g, (_, name: string) => inChinese(name, values[name] ?? ''));
}

function isKnown(kind: string): kind is Kind {
  return Object.hasOwn(becauseTexts, kind);
}

/** The values of a text, by name. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function inChinese(name: string, value: string): string {
  if (name === 'until') {
    const at = timeOf(value);
    return at === undefined ? value : formatAbsolute(at, 'zh');
  }
  const isWords = wordKeys.includes(name);
  if (!isWords && !listKeys.includes(name)) return value;
  return value
    .split(/, ?/)
    .map((each) => (isWords && Object.hasOwn(words, each) ? words[each] : each))
    .join('、');
}
