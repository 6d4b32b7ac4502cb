import type { Texts } from '../../lib/text/language.ts';

export const accessTexts = {
  access: { en: 'Who may do what.', zh: '管理谁可以做什么。' },
  grant: {
    en: 'Give a role, or single actions: in a project, on some of its repositories or tags, or everywhere.',
    zh: '授予角色或单项操作：在项目中、仅限其部分仓库或标签，或在所有位置。',
  },
  revoke: { en: 'Take back what was given.', zh: '收回已授予的权限。' },
  list: { en: 'Show what was given to whom.', zh: '列出已授予的权限。' },
  user: {
    en: 'an account, a group (group:makers) or a robot account (robot:team+ci)',
    zh: '账户、用户组（group:makers）或机器人账户（robot:team+ci）',
  },
  role: {
    en: 'projectAdmin, maintainer, developer, guest, limitedGuest, system-admin, or actions: pull,push,delete,read',
    zh: 'projectAdmin、maintainer、developer、guest、limitedGuest、system-admin，或操作：pull,push,delete,read',
  },
  place: {
    en: 'system, a project, or repositories in it: team, team/app, team/backend/**, team/**',
    zh: 'system、项目或其中的仓库：team、team/app、team/backend/**、team/**',
  },
  placeNeeded: {
    en: 'say where: a project (team), a repository (team/app), all below a folder (team/backend/**), or system',
    zh: '请指明位置：项目（team）、仓库（team/app）、文件夹下的全部（team/backend/**）或 system',
  },
  tags: { en: 'only for these tags: v1, v*', zh: '仅限这些标签：v1、v*' },
  tagsOld: { en: 'the same as --tag', zh: '等同于 --tag' },
  untilOld: { en: 'the same as --expires', zh: '等同于 --expires' },
  ofRole: { en: 'only those of this role or these actions', zh: '仅显示此角色或这些操作' },
  until: {
    en: 'when it ends: 2027-01-31 (the end of that day, UTC) or 2027-01-31T18:00:00+08:00',
    zh: '到期时间：2027-01-31（该日结束，UTC）或 2027-01-31T18:00:00+08:00',
  },
  badUntil: {
    en: '--expires takes a day (2027-01-31) or a time with its zone (2027-01-31T18:00:00Z)',
    zh: '--expires 需要日期（2027-01-31）或带时区的时间（2027-01-31T18:00:00Z）',
  },
  ofProject: { en: 'only those in this project', zh: '仅显示此项目中的角色' },
  ofUser: {
    en: 'only those of this account, group:NAME or robot:NAME; without --server --user means the same',
    zh: '仅显示此账户、group:NAME 或 robot:NAME 的权限；不带 --server 时 --user 含义相同',
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
  onTags: { en: '{place} for tags {tags}', zh: '{place}，标签：{tags}' },
  everywhere: { en: 'everywhere', zh: '所有位置' },
  headUser: { en: 'USER', zh: '用户' },
  headRole: { en: 'ROLE', zh: '角色' },
  headPlace: { en: 'PLACE', zh: '位置' },
  headTags: { en: 'TAGS', zh: '标签' },
  headUntil: { en: 'UNTIL', zh: '有效期至' },
} as const satisfies Texts;
