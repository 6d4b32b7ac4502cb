import type { Text } from '../../lib/text/language.ts';

export const trashTexts = {
  trash: {
    en: 'What was deleted: restore it, or remove it for good.',
    zh: '已删除的内容：恢复或永久移除。',
  },
  list: { en: 'List what was deleted and can still be restored.', zh: '列出已删除且仍可恢复的内容。' },
  show: { en: 'Tell what one deletion took, and what would come back.', zh: '显示一次删除涉及的内容。' },
  restore: {
    en: 'Bring back all that one deletion took, or say why not.',
    zh: '恢复一次删除的全部内容，或说明无法恢复的原因。',
  },
  restored: {
    en: '{name} is back: {artifacts} artifacts, {tags} tags, {size} in use again.',
    zh: '{name} 已恢复：{artifacts} 个制品，{tags} 个 Tag，重新占用 {size}。',
  },
  id: { en: 'its id, as berth trash list tells it', zh: 'id，见 berth trash list' },
  idWrong: {
    en: 'what is in the trash is named by its id; see: berth trash list',
    zh: '回收站中的内容用 id 指定；参见：berth trash list',
  },
  project: { en: 'of this project only', zh: '仅此项目' },
  repository: { en: 'of this repository only (library/app)', zh: '仅此仓库（library/app）' },
  kind: { en: 'tag, artifact, repository or project', zh: 'tag、artifact、repository 或 project' },
} as const satisfies Record<string, Text>;
