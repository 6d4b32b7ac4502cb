import type { Texts } from '../../../ui/text/say.ts';

export const rolesTexts = {
  title: { en: 'Roles', zh: '角色' },
  intro: {
    en: 'Harbor’s five roles of projects, the roles of the system, and those that you make.',
    zh: '五个内置项目角色、系统角色以及自定义角色。',
  },
  project: { en: 'In projects', zh: '项目角色' },
  projectText: {
    en: 'Given in a project’s tab “Access”, on the project or on some repositories.',
    zh: '在项目的“访问权限”页授予，范围为整个项目或部分仓库。',
  },
  system: { en: 'On the system', zh: '系统角色' },
  systemText: {
    en: 'On everything: one for each duty, so that nobody has to be administrator for it.',
    zh: '作用于整个系统：按职责划分，无需为此成为管理员。',
  },
  name: { en: 'Role', zh: '角色' },
  origin: { en: 'Origin', zh: '来源' },
  builtIn: { en: 'built in', zh: '内置' },
  own: { en: 'own', zh: '自定义' },
  rights: { en: 'Permissions', zh: '权限' },
  rightCount: {
    en: (count: number) => (count === 1 ? '1 permission' : `${count} permissions`),
    zh: (count: number) => `${count} 项权限`,
  },
  newRole: { en: 'New role', zh: '新建角色' },
  level: { en: 'Where it is given', zh: '授予位置' },
  nameHelp: { en: 'Such as release-manager; it stays.', zh: '例如 release-manager；创建后不可修改。' },
  needsAdmin: {
    en: 'Only administrators of the registry make and change roles. Ask one of them.',
    zh: '只有系统管理员可以创建和修改角色。请联系系统管理员。',
  },
  create: { en: 'Create', zh: '创建' },
  change: { en: 'Change', zh: '修改' },
  changeOf: { en: (name: string) => `Change the role ${name}`, zh: (name: string) => `修改角色 ${name}` },
  changeText: {
    en: 'What is saved counts at once for all who hold the role.',
    zh: '保存后立即对所有拥有该角色的对象生效。',
  },
  save: { en: 'Save', zh: '保存' },
  delete: { en: 'Delete', zh: '删除' },
  deleteOf: { en: (name: string) => `Delete the role ${name}`, zh: (name: string) => `删除角色 ${name}` },
  deleteText: {
    en: 'A role that somebody holds is not deleted: take it from them first.',
    zh: '仍有人拥有的角色不会被删除，请先收回。',
  },
  deleteUndo: { en: 'make it again with the same permissions.', zh: '用相同的权限重新创建。' },
  holders: { en: 'Who has a role of the system', zh: '系统角色的持有者' },
  give: { en: 'Give a role', zh: '授予系统角色' },
  who: { en: 'Who', zh: '对象' },
  whoHelp: { en: 'An account (bob) or a group (group:makers).', zh: '用户（bob）或用户组（group:makers）。' },
  giveText: {
    en: (who: string, role: string) => `${who} is “${role}” on the whole registry, from the next request on.`,
    zh: (who: string, role: string) => `自下一个请求起，${who} 在整个系统上拥有“${role}”。`,
  },
  giveUndo: { en: 'revoke it in the list below the roles.', zh: '在角色下方的列表中撤销。' },
  noHolders: { en: 'Nobody but administrators', zh: '除管理员外无人持有' },
} as const satisfies Texts;
