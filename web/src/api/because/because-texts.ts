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
    '{who} 在 {where} 没有“{action}”权限（{permission}），需要“{needs}”角色[，目前为“{has}”]。[可联系 {ask} 授予。]',
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
  'plan ended': '计划 {plan} 已过期，请重新生成计划。',
  'plan carried out': '计划 {plan} 已执行过。',
  'plan overtaken': '生成计划 {plan} 之后策略或项目内容已改变，请重新生成计划。',
  'project full':
    '{project} 的存储配额已用尽：已用 {used}，上限 {limit}。请删除不需要的内容，或请管理员提高配额。',
  'account off': '账户 {who} 已停用或已到期。',
  'tags taken': '无法恢复 {item}：{tags} 现已指向其他制品。请先删除该 Tag（必要时先为其制品另加 Tag）。',
};

/** Values that are words of the registry, not names that people gave. */
const wordKeys = ['action', 'needs', 'has', 'duties', 'permission', 'what'];

/** Lists of names. */
const listKeys = ['ask', 'groups', 'holders', 'tags'];

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
