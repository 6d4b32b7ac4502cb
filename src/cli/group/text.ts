import type { Texts } from '../../lib/text/language.ts';

export const groupTexts = {
  group: { en: 'Groups of accounts, which hold roles together.', zh: '管理用户组：组内账户共享角色。' },
  list: {
    en: 'Show all groups, or who is in one.',
    zh: '列出所有用户组，或列出某个组的成员。',
  },
  create: { en: 'Make a group.', zh: '新建用户组。' },
  rename: { en: 'Give a group another name.', zh: '重命名用户组。' },
  newName: { en: 'the new name', zh: '新的名称' },
  delete: { en: 'Take a group away, with its roles.', zh: '删除用户组及其角色。' },
  add: { en: 'Put an account into a group.', zh: '将账户加入用户组。' },
  remove: { en: 'Take an account out of a group.', zh: '将账户移出用户组。' },
  name: { en: "the group's name", zh: '用户组名' },
  member: { en: "the account's name", zh: '账户名' },
  type: {
    en: 'local, http or oidc: which one, where several groups have the name (create: local)',
    zh: 'local、http 或 oidc：同名用户组不止一个时用于区分（新建时默认 local）',
  },
  created: { en: 'The group {group} was made.', zh: '已新建用户组 {group}。' },
  deleted: { en: 'The group {group} is gone, with its roles.', zh: '用户组 {group} 及其角色已删除。' },
  added: { en: '{user} is in the group {group}.', zh: '{user} 已加入用户组 {group}。' },
  wasIn: { en: '{user} was in the group {group} already.', zh: '{user} 此前已在用户组 {group} 中。' },
  removed: { en: '{user} is no longer in the group {group}.', zh: '{user} 已移出用户组 {group}。' },
  headName: { en: 'NAME', zh: '名称' },
  headType: { en: 'TYPE', zh: '类型' },
  headMembers: { en: 'MEMBERS', zh: '成员数' },
  headUser: { en: 'USER', zh: '用户' },
  headSource: { en: 'BY', zh: '来源' },
  headSince: { en: 'SINCE', zh: '加入时间' },
  headCreated: { en: 'MADE', zh: '创建时间' },
} as const satisfies Texts;
