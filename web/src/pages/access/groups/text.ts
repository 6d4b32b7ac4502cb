import type { Texts } from '../../../ui/text/say.ts';

export const groupsTexts = {
  title: { en: 'Groups', zh: '用户组' },
  filter: { en: 'Filter by name', zh: '按名称筛选' },
  name: { en: 'Name', zh: '名称' },
  kind: { en: 'Kind', zh: '类型' },
  local: { en: 'local', zh: '本地' },
  ldap: { en: 'of LDAP', zh: '来自 LDAP' },
  http: { en: 'of the HTTP login', zh: '来自 HTTP 登录' },
  oidc: { en: 'of OIDC', zh: '来自 OIDC' },
  kindHelp: {
    en: 'Members of a local group are kept here. Those of OIDC, LDAP and HTTP come with each sign-in there.',
    zh: '本地组的成员在此维护；OIDC、LDAP 与 HTTP 组的成员随登录而来。',
  },
  newGroup: { en: 'New group', zh: '新建用户组' },
  create: { en: 'Create', zh: '创建' },
  noneYet: { en: 'No group yet', zh: '还没有用户组' },
  noneYetText: {
    en: 'Access that is given to a group counts for all its members.',
    zh: '授予用户组的权限对其全部成员生效。',
  },
  members: { en: 'Members', zh: '成员' },
  member: { en: 'User name', zh: '用户名' },
  source: { en: 'Came by', zh: '来源' },
  added: { en: 'added here', zh: '手动添加' },
  since: { en: 'Since', zh: '加入时间' },
  add: { en: 'Add', zh: '添加' },
  addLabel: { en: 'Add a user', zh: '添加用户' },
  remove: { en: 'Remove', zh: '移除' },
  removeOf: { en: (name: string) => `Remove ${name}`, zh: (name: string) => `移除 ${name}` },
  removed: { en: (name: string) => `${name} is no longer a member`, zh: (name: string) => `已移除 ${name}` },
  undo: { en: 'Undo', zh: '撤销' },
  noMembers: { en: 'No member', zh: '没有成员' },
  noMembersText: {
    en: 'Those who sign in by a provider appear when it names this group for them.',
    zh: '通过外部登录的用户，会在登录服务指明该组时出现在此。',
  },
  rename: { en: 'Rename', zh: '重命名' },
  renameText: {
    en: 'Access and members stay. Login providers know the group by its name: under another one it is another group of theirs.',
    zh: '权限与成员不变。登录服务按名称识别用户组：改名后将对应其另一个组。',
  },
  renameUndo: { en: 'give it the old name again.', zh: '改回原来的名称。' },
  deleteGroup: { en: 'Delete group', zh: '删除用户组' },
  deleteText: {
    en: (name: string) =>
      `All access that was given to ${name} ends for all its members, at once. The accounts stay.`,
    zh: (name: string) => `授予 ${name} 的全部权限将立即对其所有成员失效。用户账户保留。`,
  },
  deleteUndo: {
    en: 'not at all; make the group and its access again.',
    zh: '无法撤销；只能重新创建用户组并授权。',
  },
} as const satisfies Texts;
