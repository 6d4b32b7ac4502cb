import type { Texts } from '../../lib/text/language.ts';

export const userTexts = {
  user: { en: 'Accounts.', zh: '管理账户。' },
  add: { en: 'Make an account.', zh: '新建账户。' },
  passwd: { en: "Set an account's password.", zh: '设置账户密码。' },
  list: { en: 'Show all accounts.', zh: '列出所有账户。' },
  disable: {
    en: 'Switch an account off; it keeps its roles.',
    zh: '停用账户；其角色会保留。',
  },
  enable: { en: 'Switch an account on again.', zh: '重新启用账户。' },
  name: { en: "the account's name", zh: '账户名' },
  email: { en: 'e-mail address', zh: '电子邮件地址' },
  realname: { en: "the person's name", zh: '真实姓名' },
  admin: { en: 'may do everything everywhere', zh: '可在任何地方执行任何操作' },
  newPasswordStdin: {
    en: 'read the new password from standard input; without --server --password-stdin does so, too',
    zh: '从标准输入读取新密码；不带 --server 时 --password-stdin 作用相同',
  },
  newPasswordFile: {
    en: 'read the new password from a file; without --server --password-file does so, too',
    zh: '从文件读取新密码；不带 --server 时 --password-file 作用相同',
  },
  added: { en: 'The user {user} was made.', zh: '已新建用户 {user}。' },
  addedAdmin: {
    en: 'The user {user} was made and is a system administrator.',
    zh: '已新建用户 {user}，并设为系统管理员。',
  },
  disabled: { en: 'The user {user} is switched off.', zh: '用户 {user} 已停用。' },
  enabled: { en: 'The user {user} is switched on.', zh: '用户 {user} 已启用。' },
  wasDisabled: { en: 'The user {user} was switched off already.', zh: '用户 {user} 此前已停用。' },
  wasEnabled: { en: 'The user {user} was switched on already.', zh: '用户 {user} 此前已启用。' },
  headName: { en: 'NAME', zh: '名称' },
  headState: { en: 'STATE', zh: '状态' },
  headRole: { en: 'ROLE', zh: '角色' },
  headEmail: { en: 'E-MAIL', zh: '邮箱' },
  headRealname: { en: 'PERSON', zh: '姓名' },
  headCreated: { en: 'MADE', zh: '创建时间' },
  stateOn: { en: 'on', zh: '启用' },
  stateOff: { en: 'off', zh: '停用' },
} as const satisfies Texts;
