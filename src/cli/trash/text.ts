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
  withNeeded: {
    en: 'and what it needs and is in the trash, too: what a tag stands for, its repository, its project',
    zh: '同时恢复它所需且也在回收站中的内容：Tag 指向的制品、所在仓库、所在项目',
  },
  restoredFirst: { en: '{name} is back, which it needs.', zh: '{name} 已恢复（恢复所需）。' },
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
  purge: {
    en: 'Remove for good what one deletion took, with all content that nothing else needs, at once.',
    zh: '立即永久移除一次删除的内容及不再被使用的数据。',
  },
  block: {
    en: 'and refuse every later push of its manifests; see: berth trash blocked',
    zh: '并拒绝以后推送相同的清单；参见：berth trash blocked',
  },
  purged: {
    en: '{name}: {artifacts} artifacts and {blobs} blobs are gone for good, {size} are free.',
    zh: '{name}：已永久移除 {artifacts} 个制品和 {blobs} 个数据块，释放 {size}。',
  },
  nowBlocked: { en: '{count} digests are blocked.', zh: '已封禁 {count} 个摘要。' },
  empty: {
    en: 'Remove everything in the trash for good, or a part of it.',
    zh: '永久清空回收站，或其中一部分。',
  },
  nothing: { en: 'Nothing is in the trash.', zh: '回收站为空。' },
  all: {
    en: '{count} deletions, up to {size}, for good',
    zh: '永久移除 {count} 次删除的内容（最多 {size}）',
  },
  blocked: { en: 'List the digests that must not be pushed again.', zh: '列出禁止再次推送的摘要。' },
  unblock: { en: 'Let a digest be pushed again.', zh: '允许再次推送某个摘要。' },
  digest: { en: 'sha256:…, as berth trash blocked tells it', zh: 'sha256:…，见 berth trash blocked' },
  digestWrong: {
    en: 'a blocked manifest is named by its digest; see: berth trash blocked',
    zh: '被封禁的清单用摘要指定；参见：berth trash blocked',
  },
} as const satisfies Record<string, Text>;
