import type { Texts } from '../../ui/text/say.ts';

export const projectSettingsTexts = {
  title: { en: 'Settings', zh: '设置' },
  save: { en: 'Save', zh: '保存' },
  cancel: { en: 'Cancel', zh: '取消' },
  saved: { en: 'Saved', zh: '已保存' },
  needs: {
    en: (permission: string) =>
      `This needs the permission ${permission} in the project. Ask an administrator of it.`,
    zh: (permission: string) => `需要在此项目中拥有权限 ${permission}。请联系项目管理员。`,
  },
  access: { en: 'Access and pushes', zh: '访问与推送' },
  public: { en: 'Public', zh: '公开' },
  publicHelp: {
    en: 'Everybody who reaches the registry may pull, without signing in. Pushing still takes a role.',
    zh: '任何能访问本服务的人无需登录即可拉取；推送仍需要角色。',
  },
  sparse: { en: 'Sparse manifests', zh: '稀疏清单' },
  sparseHelp: {
    en: 'Take manifests although what they refer to is not there: for copies of only some platforms.',
    zh: '即使引用的内容不存在也接受清单：用于只复制部分平台。',
  },
  quota: { en: 'Storage quota', zh: '存储配额' },
  used: {
    en: (used: string, hard: string) => `${used} of ${hard} used`,
    zh: (used: string, hard: string) => `已用 ${used}，共 ${hard}`,
  },
  usedFree: { en: (used: string) => `${used} used, no quota`, zh: (used: string) => `已用 ${used}，不限` },
  quotaHidden: {
    en: 'Quotas are not counted, or not yours to see.',
    zh: '未启用配额，或你无权查看。',
  },
  limit: { en: (unit: string) => `Quota in ${unit}`, zh: (unit: string) => `配额（${unit}）` },
  limitHelp: {
    en: 'Empty: no quota. Below what is used, further pushes are refused and nothing is deleted.',
    zh: '留空表示不限。低于已用量时会拒绝新的推送，但不会删除任何内容。',
  },
  limitWrong: {
    en: (unit: string) => `Write a number of ${unit}, such as 20 or 0.5.`,
    zh: (unit: string) => `请输入 ${unit} 数，例如 20 或 0.5。`,
  },
  limitNeeds: {
    en: 'Only system administrators change quotas.',
    zh: '仅系统管理员可修改配额。',
  },
  immutable: { en: 'Immutable tags', zh: '不可变 Tag' },
  immutableText: {
    en: 'A tag of such a rule, once pushed, is never moved nor deleted by anybody.',
    zh: '符合规则的 Tag 一经推送，任何人都不能移动或删除。',
  },
  protected: { en: 'Protected tags', zh: '受保护 Tag' },
  protectedText: {
    en: 'Only those named here create, move and delete tags of such a rule, whatever others may do.',
    zh: '只有在此列出的账户可创建、移动和删除符合规则的 Tag。',
  },
  tags: { en: 'Tags', zh: 'Tag' },
  repositories: { en: 'Repositories', zh: '仓库' },
  allowed: { en: 'Who may', zh: '允许的账户' },
  allowedHelp: {
    en: 'With commas between: alice, group:releasers, robot:pay+ci',
    zh: '用逗号分隔：alice, group:releasers, robot:pay+ci',
  },
  state: { en: 'State', zh: '状态' },
  on: { en: 'enabled', zh: '已启用' },
  off: { en: 'disabled', zh: '已停用' },
  turnOff: { en: 'Disable', zh: '停用' },
  turnOn: { en: 'Enable', zh: '启用' },
  remove: { en: 'Delete the rule', zh: '删除规则' },
  removed: { en: 'The rule was deleted', zh: '规则已删除' },
  undo: { en: 'Undo', zh: '撤销' },
  add: { en: 'Add a rule', zh: '添加规则' },
  noRule: { en: 'No rule: all tags can be moved.', zh: '没有规则：所有 Tag 都可移动。' },
  noProtection: { en: 'No rule: who may push may move tags.', zh: '没有规则：可推送者均可移动 Tag。' },
  tagsHelp: { en: 'Such as v* or release-**', zh: '例如 v* 或 release-**' },
  protectedTagsHelp: { en: 'latest, v* or *', zh: 'latest、v* 或 *' },
  repositoriesHelp: {
    en: 'Without the project: api, team/** or ** for all',
    zh: '不含项目名：api、team/**，或 ** 表示全部',
  },
  excludes: { en: (pattern: string) => `all but ${pattern}`, zh: (pattern: string) => `除 ${pattern} 之外` },
  name: { en: 'Name', zh: '名称' },
  renameText: {
    en: (days: string) =>
      `Pulls by the old name go on for ${days}. Pushes, grants and links use the new one.`,
    zh: (days: string) => `改名后 ${days}内仍可用旧名称拉取；推送、授权和链接使用新名称。`,
  },
  rename: { en: 'Rename', zh: '重命名' },
  renameTo: { en: (name: string) => `Rename to ${name}?`, zh: (name: string) => `重命名为 ${name}？` },
  renamed: { en: (name: string) => `It is called ${name} now`, zh: (name: string) => `现已命名为 ${name}` },
  newName: { en: 'New name', zh: '新名称' },
  delete: { en: 'Delete the project', zh: '删除项目' },
  deleteText: {
    en: 'Only a project without artifacts can be deleted. It stays in the trash for 7 days, with its roles, robot accounts and rules, and can be restored from there until then.',
    zh: '仅可删除没有制品的项目。项目连同其授权、机器人账户和规则在回收站保留 7 天，其间可以恢复。',
  },
  filled: {
    en: 'There are artifacts in it: delete its repositories first.',
    zh: '项目中还有制品：请先删除其仓库。',
  },
  deleteEffects: {
    en: (name: string) =>
      `Pushes and pulls below ${name} end at once, its robot accounts cannot sign in any more, and it is gone from every list.`,
    zh: (name: string) => `${name} 下的推送和拉取立即停止，其机器人账户无法再登录，项目从所有列表中消失。`,
  },
  deleteUndo: {
    en: 'To undo it: berth trash list, then berth trash restore with the number that it shows, within 7 days.',
    zh: '撤销方法：7 天内运行 berth trash list，再用其显示的编号运行 berth trash restore。',
  },
  typeName: { en: (name: string) => `Type ${name} to confirm`, zh: (name: string) => `输入 ${name} 以确认` },
  typeNameWrong: { en: 'The name does not match.', zh: '名称不一致。' },
} as const satisfies Texts;
