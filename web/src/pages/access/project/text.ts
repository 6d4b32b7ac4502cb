import type { Texts } from '../../../ui/text/say.ts';

export const projectAccessTexts = {
  title: { en: 'Who may do what here', zh: '谁可以在此做什么' },
  filter: { en: 'Name, group: or robot:', zh: '名称、group: 或 robot:' },
  give: { en: 'Give access', zh: '授予权限' },
  whoMay: { en: 'Who may push and pull', zh: '谁可以推送和拉取' },
  explain: { en: 'Explain access', zh: '解释访问决策' },
  anyRole: { en: 'All roles', zh: '所有角色' },
  roleFilter: { en: 'Role', zh: '角色' },
  change: { en: 'Change', zh: '修改' },
  changeOf: { en: (who: string) => `Change access of ${who}`, zh: (who: string) => `修改 ${who} 的权限` },
  none: { en: 'Nobody was given access here', zh: '尚未授予任何人权限' },
  noneText: {
    en: 'System administrators have it all the same. Give it to a user, a group or a robot account, on the project or on some repositories.',
    zh: '系统管理员始终拥有权限。可以将权限授予用户、用户组或机器人账户，范围可以是整个项目或部分仓库。',
  },
  ownOnly: {
    en: 'You see only what was granted to you. Who else has access, members with the role Guest or more may see.',
    zh: '此处只显示授予你的权限。访客及以上角色的成员可以查看其他人的权限。',
  },
  needsAdmin: {
    en: (ask: string) =>
      `Only administrators of the project give and take access here.${ask === '' ? '' : ` Ask: ${ask}.`}`,
    zh: (ask: string) => `只有项目管理员可以授予和收回权限。${ask === '' ? '' : `请联系：${ask}。`}`,
  },
  byRobot: {
    en: 'What robot accounts may do by themselves is in their own list:',
    zh: '机器人账户自身的权限见其列表：',
  },
  robots: { en: 'Robot accounts', zh: '机器人账户' },
  kind: { en: 'Kind', zh: '类型' },
  name: { en: 'Name', zh: '名称' },
  nameHelp: {
    en: 'An account, group or robot account that exists: letters bring suggestions.',
    zh: '必须是已有的用户、用户组或机器人账户；输入时会给出建议。',
  },
  place: { en: 'Where', zh: '范围' },
  whole: { en: 'The whole project', zh: '整个项目' },
  some: { en: 'One repository, or several by a pattern', zh: '单个仓库，或按模式匹配的多个仓库' },
  repository: { en: 'Repository', zh: '仓库' },
  repositoryHelp: {
    en: 'api is one repository; team/** are all below a folder. They need not be there yet.',
    zh: 'api 表示单个仓库；team/** 表示该目录下的全部仓库。仓库可以尚未存在。',
  },
  shortened: {
    en: (own: string) => `“${own}” was left out: names are within the project.`,
    zh: (own: string) => `已省略“${own}”：只需填写项目内的名称。`,
  },
  noRepository: {
    en: 'No repository of that name yet: the access counts once there is one.',
    zh: '目前没有同名仓库：出现后权限才会生效。',
  },
  tag: { en: 'Only these tags (optional)', zh: '仅限这些 Tag（可选）' },
  tagHelp: { en: 'Such as v* — empty: all tags.', zh: '例如 v*；留空表示全部 Tag。' },
  end: { en: 'Until (optional)', zh: '截止日期（可选）' },
  endHelp: {
    en: 'The access ends by itself when this day is over, in your time zone.',
    zh: '该日结束时（按你的时区）权限自动失效。',
  },
  may: { en: 'May do', zh: '权限' },
  effect: {
    en: (who: string, role: string, where: string) =>
      `${who}: “${role}” on ${where}, from the next request on.`,
    zh: (who: string, role: string, where: string) =>
      `${who} 将在 ${where} 拥有“${role}”，自下一个请求起生效。`,
  },
  effectUntil: {
    en: (who: string, role: string, where: string, end: string) =>
      `${who}: “${role}” on ${where}, from the next request on, until ${end}.`,
    zh: (who: string, role: string, where: string, end: string) =>
      `${who} 将在 ${where} 拥有“${role}”，自下一个请求起生效，${end}到期。`,
  },
  given: { en: (who: string) => `${who} has the access now`, zh: (who: string) => `已授予 ${who} 权限` },
  givenUntil: {
    en: (who: string, end: string) => `${who} has the access now, until ${end}`,
    zh: (who: string, end: string) => `已授予 ${who} 权限，${end}到期`,
  },
  save: { en: 'Save', zh: '保存' },
} as const satisfies Texts;
