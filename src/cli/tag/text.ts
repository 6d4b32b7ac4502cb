import type { Text } from '../../lib/text/language.ts';

export const tagTexts = {
  history: {
    en: 'Tell from which digest to which a tag was moved, by whom and from where.',
    zh: '显示 Tag 由谁、从何处、从哪个摘要移到哪个摘要。',
  },
  restore: {
    en: 'Put a tag back on what it stood for before it was last moved or deleted.',
    zh: '将 Tag 恢复到上次移动或删除之前的摘要。',
  },
  restoreTo: { en: 'on this digest of its history instead', zh: '改为恢复到其历史中的此摘要' },
  restored: { en: '{tag} stands for {digest}.', zh: '{tag} 现指向 {digest}。' },
  protections: {
    en: 'List which tags of a project only some may create, move and delete.',
    zh: '列出项目中仅限指定主体创建、移动和删除的 Tag。',
  },
  protect: {
    en: 'Let only those who are named create, move and delete tags, administrators included.',
    zh: '仅允许指定主体创建、移动和删除 Tag，管理员也不例外。',
  },
  unprotect: { en: 'Delete such a rule.', zh: '删除受保护 Tag 规则。' },
  pattern: {
    en: 'the tags: one (latest), or all that begin alike (v*)',
    zh: 'Tag：单个（latest）或同一前缀（v*）',
  },
  repositories: {
    en: 'in these repositories of the project, such as team/**',
    zh: '项目中适用的仓库，例如 team/**',
  },
  allow: {
    en: 'who may: a user, group:NAME or robot:NAME; can be repeated',
    zh: '允许的主体：用户名、group:名称 或 robot:名称；可多次给出',
  },
  ruleId: { en: 'its id, as berth tag protections lists it', zh: '规则 id，见 berth tag protections' },
  ruleIdWrong: {
    en: 'a rule is named by its id; see: berth tag protections',
    zh: '规则用 id 指定；参见：berth tag protections',
  },
  allowNeeded: {
    en: '--allow is needed: who may still create, move and delete them',
    zh: '需要 --allow：指定仍可创建、移动和删除它们的主体',
  },
} as const satisfies Record<string, Text>;
