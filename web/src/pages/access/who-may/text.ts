import type { Texts } from '../../../ui/text/say.ts';

export const whoMayTexts = {
  title: { en: 'Who may pull, push and delete here', zh: '谁可以在此拉取、推送和删除' },
  projects: { en: 'Projects', zh: '项目' },
  action: { en: 'Action', zh: '操作' },
  anything: { en: 'Anything', zh: '任意操作' },
  pull: { en: 'Pull', zh: '拉取' },
  push: { en: 'Push', zh: '推送' },
  delete: { en: 'Delete', zh: '删除' },
  by: { en: 'By', zh: '依据' },
  everyone: { en: 'Everybody, also without an account', zh: '所有人（无需账户）' },
  isPublic: { en: 'open to everybody', zh: '对所有人开放' },
  system: {
    en: (count: string) => `${count} more, by a role on the whole registry`,
    zh: (count: string) => `另有 ${count} 个，凭系统级角色`,
  },
  systemText: {
    en: 'System administrators and auditors see their names.',
    zh: '系统管理员和审计员可以看到他们的名称。',
  },
  bySystem: { en: 'a role on the whole registry', zh: '系统级角色' },
  disabled: { en: 'disabled', zh: '已停用' },
  ended: { en: 'ended', zh: '已到期' },
  may: {
    en: (who: string, action: string) => `${who} may ${action}`,
    zh: (who: string, action: string) => `${who} 可以${action}`,
  },
  mayNot: {
    en: (who: string, action: string) => `${who} may not ${action}`,
    zh: (who: string, action: string) => `${who} 不可以${action}`,
  },
  forTags: {
    en: (tags: string) => `for ${tags}`,
    zh: (tags: string) => `仅 ${tags}`,
  },
  own: { en: 'What you may do here', zh: '你可以在此做什么' },
  yes: { en: 'yes', zh: '可以' },
  no: { en: 'no', zh: '不可以' },
  nobody: { en: 'Nobody may do that here', zh: '没有人可以执行此操作' },
  nobodyText: {
    en: 'Administrators of the project give access.',
    zh: '由项目管理员授予权限。',
  },
  grants: { en: 'All access of the project', zh: '项目的全部授权' },
  limits: {
    en: 'A group stands for its members. Accounts that are disabled or have ended are listed with what they were given and may do nothing. Even with the right, a full quota, an immutable or protected tag, or read-only mode can stand in the way: “Explain” tells for one account.',
    zh: '用户组代表其所有成员。已停用或已到期的账户仍会列出其授权，但不能执行任何操作。除权限外，配额已满、不可变或受保护的 Tag、只读模式也可能阻止操作：可用“解释”查看某个账户的情况。',
  },
  inPart: { en: 'On some repositories or tags only', zh: '仅限部分仓库或 Tag' },
  inPartText: {
    en: 'They are not in the list above: what they may do does not hold for the whole project.',
    zh: '以下授权不在上方列表中：它们并不适用于整个项目。',
  },
  inPartMore: {
    en: (count: string) => `Among ${count} that were given; see all`,
    zh: (count: string) => `共 ${count} 项授权，查看全部`,
  },
  explain: { en: 'Explain', zh: '解释' },
  explainOf: { en: (who: string) => `Explain what ${who} may do`, zh: (who: string) => `解释 ${who} 的权限` },
} as const satisfies Texts;
