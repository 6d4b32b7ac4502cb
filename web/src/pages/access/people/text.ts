import type { Texts } from '../../../ui/text/say.ts';

export const peopleTexts = {
  title: { en: 'People', zh: '用户' },
  filter: { en: 'Filter by name or e-mail', zh: '按用户名或邮箱筛选' },
  name: { en: 'User name', zh: '用户名' },
  person: { en: 'Person', zh: '姓名' },
  email: { en: 'E-mail', zh: '邮箱' },
  kind: { en: 'State', zh: '状态' },
  administrator: { en: 'system administrator', zh: '系统管理员' },
  created: { en: 'Created', zh: '创建时间' },
  newUser: { en: 'New user', zh: '新建用户' },
  password: { en: 'Password', zh: '密码' },
  passwordHelp: {
    en: '8 to 128 characters, with a small and a capital letter and a digit. It is not sent to anybody: hand it over yourself.',
    zh: '8 到 128 个字符，须含大写字母、小写字母和数字。系统不会发送密码，请自行告知对方。',
  },
  comment: { en: 'Comment', zh: '备注' },
  create: { en: 'Create', zh: '创建' },
  made: { en: (name: string) => `The account ${name} was made`, zh: (name: string) => `已创建用户 ${name}` },
  newUserText: {
    en: 'A new account sees what is public, until it is given access.',
    zh: '新用户在获得授权之前只能看到公开内容。',
  },
  noSuch: { en: (name: string) => `There is no account ${name}`, zh: (name: string) => `没有用户 ${name}` },
  noSuchText: {
    en: 'It was deleted or has another name.',
    zh: '可能已被删除，或使用了其他名称。',
  },
  all: { en: 'All accounts', zh: '全部用户' },
  makeAdmin: { en: 'Make system administrator', zh: '设为系统管理员' },
  takeAdmin: { en: 'No longer system administrator', zh: '取消系统管理员' },
  makeAdminText: {
    en: (name: string) =>
      `${name} may then do everything: in all projects, with all accounts and with the settings.`,
    zh: (name: string) => `${name} 将拥有全部权限：所有项目、所有用户以及系统设置。`,
  },
  takeAdminText: {
    en: (name: string) =>
      `${name} keeps only what was granted below, from the next request on. The last system administrator stays one.`,
    zh: (name: string) => `自下一个请求起，${name} 只保留下列授权。最后一位系统管理员不能取消。`,
  },
  adminUndo: { en: 'by the same menu.', zh: '使用同一菜单。' },
  setPassword: { en: 'Set password', zh: '设置密码' },
  setPasswordText: {
    en: (name: string) =>
      `Everywhere ${name} is signed in by the password, the session ends. Personal tokens stay; revoke them below.`,
    zh: (name: string) => `${name} 以密码登录的所有会话都会结束。个人令牌不受影响，可在下方撤销。`,
  },
  passwordUndo: { en: 'the old password cannot be brought back.', zh: '旧密码无法恢复。' },
  newPassword: { en: 'New password', zh: '新密码' },
  passwordSet: {
    en: (name: string) => `${name} has a new password`,
    zh: (name: string) => `已为 ${name} 设置新密码`,
  },
  deleteUser: { en: 'Delete account', zh: '删除用户' },
  deleteText: {
    en: (name: string) =>
      `${name} cannot sign in any more; all access and all tokens of the account end. What was pushed stays, and the audit log keeps the name.`,
    zh: (name: string) =>
      `${name} 将无法登录，其全部权限和令牌失效。已推送的内容保留，审计日志仍保留其名称。`,
  },
  deleteUndo: {
    en: 'not at all. Disabling keeps everything and can be undone.',
    zh: '无法撤销。停用会保留全部信息且可以恢复。',
  },
  self: {
    en: 'This is your own account: another administrator can do that.',
    zh: '这是你自己的账户，须由其他管理员操作。',
  },
  enabled: { en: 'enabled', zh: '已启用' },
  disabled: { en: 'disabled', zh: '已停用' },
  disable: { en: 'Disable', zh: '停用' },
  disableOf: { en: (name: string) => `Disable ${name}`, zh: (name: string) => `停用 ${name}` },
  disableText: {
    en: (name: string) =>
      `${name} cannot sign in any more. Sessions end, and tokens and passwords are refused, within a second on every server. Access, tokens and what was pushed are kept; robot accounts that ${name} made go on.`,
    zh: (name: string) =>
      `${name} 将无法登录。一秒之内，所有服务器上的会话都会结束，令牌和密码都会被拒绝。权限、令牌和已推送的内容保留；${name} 创建的机器人账户不受影响。`,
  },
  robots: { en: 'Robot accounts', zh: '机器人账户' },
  robotsText: {
    en: (name: string) =>
      `Robot accounts that ${name} made have secrets of their own, and go on when this account is disabled.`,
    zh: (name: string) => `${name} 创建的机器人账户有自己的密钥，停用该用户后仍可使用。`,
  },
  robotsMade: {
    en: (name: string) => `Robot accounts that ${name} made, in Activity`,
    zh: (name: string) => `在活动记录中查看 ${name} 创建的机器人账户`,
  },
  viewAs: { en: 'View as…', zh: '以其权限查看…' },
  viewAsText: {
    en: (name: string) =>
      `The console shows what ${name} sees, in this tab. It is recorded that you begin it.`,
    zh: (name: string) => `在此标签页中按 ${name} 的权限显示控制台。开始查看会记入审计日志。`,
  },
  viewAsUndo: {
    en: 'leave it by the button above the page; it ends in an hour at the latest. Nothing can be changed meanwhile.',
    zh: '使用页面上方的“退出查看”按钮；最长一小时后自动结束。期间不能修改任何内容。',
  },
  disableUndo: { en: 'enable the account again, here.', zh: '在此重新启用该用户。' },
  enable: { en: 'Enable', zh: '启用' },
  enableOf: { en: (name: string) => `Enable ${name}`, zh: (name: string) => `启用 ${name}` },
  enableText: {
    en: (name: string) =>
      `${name} signs in by the same password as before, with the access of before; tokens that have not ended are valid again.`,
    zh: (name: string) => `${name} 可使用原密码登录，并恢复原有权限；未过期的令牌重新有效。`,
  },
  enableUndo: { en: 'disable the account again, here.', zh: '在此重新停用该用户。' },
} as const satisfies Texts;
