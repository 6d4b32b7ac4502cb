import type { Texts } from '../../ui/text/say.ts';

/** Names of the pages: they are in the shell, all other texts are loaded with their page. */
export const accessTitles = {
  people: { en: 'People', zh: '用户' },
  person: { en: 'One account', zh: '用户详情' },
  groups: { en: 'Groups', zh: '用户组' },
  group: { en: 'One group', zh: '用户组详情' },
  robots: { en: 'Robot accounts', zh: '机器人账户' },
  explain: { en: 'Explain access', zh: '解释访问决策' },
  account: { en: 'Your account', zh: '我的账户' },
  expiring: { en: 'Ending soon', zh: '即将到期' },
  roles: { en: 'Roles', zh: '角色' },
  whoMay: { en: 'Who may do what', zh: '谁可以做什么' },
  access: { en: 'Access', zh: '访问权限' },
} as const satisfies Texts;
