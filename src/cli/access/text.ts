import type { Texts } from '../../lib/text/language.ts';

export const accessTexts = {
  access: { en: 'Who may do what.', zh: '管理谁可以做什么。' },
  grant: {
    en: 'Give a role: in a project, or on some of its repositories or tags.',
    zh: '授予角色：在项目中，或仅限其部分仓库或标签。',
  },
  revoke: { en: 'Take a role back.', zh: '收回角色。' },
  expiring: {
    en: 'List what ends soon: grants, personal tokens, robots, the certificate.',
    zh: '列出即将到期的授权、个人令牌、机器人和证书。',
  },
  within: { en: 'in so many days, such as 30d', zh: '在多少天之内，例如 30d' },
  list: { en: 'Show which roles there are.', zh: '列出已授予的角色。' },
  user: { en: 'account, or with --group a group', zh: '账户；带 --group 时为用户组' },
  role: {
    en: 'projectAdmin, maintainer, developer, guest, limitedGuest, or system-admin (without a place)',
    zh: 'projectAdmin、maintainer、developer、guest、limitedGuest，或 system-admin（不带位置）',
  },
  place: {
    en: 'a project, or repositories in it: team, team/app, team/backend/**, team/**',
    zh: '项目或其中的仓库：team、team/app、team/backend/**、team/**',
  },
  tags: { en: 'only for these tags: v1, v*', zh: '仅限这些标签：v1、v*' },
  until: {
    en: 'when it ends: 2027-01-31 (the end of that day, UTC) or 2027-01-31T18:00:00+08:00',
    zh: '到期时间：2027-01-31（该日结束，UTC）或 2027-01-31T18:00:00+08:00',
  },
  badUntil: {
    en: '--until takes a day (2027-01-31) or a time with its zone (2027-01-31T18:00:00Z)',
    zh: '--until 需要日期（2027-01-31）或带时区的时间（2027-01-31T18:00:00Z）',
  },
  ofProject: { en: 'only those in this project', zh: '仅显示此项目中的角色' },
  ofUser: {
    en: 'only those of this account; without --server --user means the same',
    zh: '仅显示此账户的角色；不带 --server 时 --user 含义相同',
  },
  ofGroup: { en: 'only those of this group', zh: '仅显示此用户组的角色' },
  isGroup: { en: 'the name is that of a group', zh: '所给名称为用户组名' },
  aGroup: { en: '{group} (group)', zh: '{group}（用户组）' },
  granted: { en: '{user} is {role} {place}.', zh: '{user} 现为 {role}（{place}）。' },
  grantedUntil: {
    en: '{user} is {role} {place}, until {until}.',
    zh: '{user} 现为 {role}（{place}），有效期至 {until}。',
  },
  revoked: { en: '{user} is no longer {role} {place}.', zh: '{user} 不再是 {role}（{place}）。' },
  onPlace: { en: 'on {place}', zh: '位置：{place}' },
  onTags: { en: 'on {place} for tags {tags}', zh: '位置：{place}，标签：{tags}' },
  everywhere: { en: 'everywhere', zh: '所有位置' },
  headUser: { en: 'USER', zh: '用户' },
  headRole: { en: 'ROLE', zh: '角色' },
  headPlace: { en: 'PLACE', zh: '位置' },
  headTags: { en: 'TAGS', zh: '标签' },
  headUntil: { en: 'UNTIL', zh: '有效期至' },
} as const satisfies Texts;
