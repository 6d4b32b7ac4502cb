import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

export const trashTexts = {
  title: { en: 'Trash', zh: '回收站' },
  facts: {
    en: (count: string, bytes: string) => `${counted(count, 'deletion')} · emptying it frees ${bytes}`,
    zh: (count: string, bytes: string) => `${count} 项删除 · 清空可释放 ${bytes}`,
  },
  deletions: { en: (count: string) => counted(count, 'deletion'), zh: (count: string) => `${count} 项删除` },
  filter: { en: 'Filter by repository', zh: '按仓库筛选' },
  kind: { en: 'Kind', zh: '类型' },
  all: { en: 'All kinds', zh: '全部类型' },
  tag: { en: 'tag', zh: 'Tag' },
  artifact: { en: 'artifact', zh: '制品' },
  repository: { en: 'repository', zh: '仓库' },
  project: { en: 'project', zh: '项目' },
  tags: { en: 'Tags', zh: 'Tag' },
  artifacts: { en: 'Artifacts', zh: '制品' },
  repositories: { en: 'Repositories', zh: '仓库' },
  projects: { en: 'Projects', zh: '项目' },
  name: { en: 'Name', zh: '名称' },
  deleted: { en: 'Deleted', zh: '删除时间' },
  by: { en: 'By', zh: '删除者' },
  byRetention: { en: 'by retention', zh: '保留策略' },
  run: { en: 'Run', zh: '运行' },
  anyRun: { en: 'However it was deleted', zh: '任意删除方式' },
  runOf: { en: (id: string) => `Retention run ${id}`, zh: (id: string) => `保留策略运行 ${id}` },
  until: { en: 'Purged', zh: '清除时间' },
  size: { en: 'Size', zh: '大小' },
  restore: { en: 'Restore', zh: '恢复' },
  restoreBoth: { en: 'Restore all of it', zh: '一并恢复' },
  needed: { en: 'What it needs comes back first', zh: '将先恢复的内容' },
  neededText: {
    en: 'It is in the trash, too. All of it is restored, or nothing.',
    zh: '以下内容也在回收站中，将全部恢复；若有任何一项失败则不作修改。',
  },
  neededHidden: {
    en: 'It needs something else that is in the trash, which you may not restore. Ask an administrator of the project.',
    zh: '它还需要回收站中的其他内容，而你无权恢复这些内容。请联系项目管理员。',
  },
  restoreMany: { en: 'Restore…', zh: '恢复…' },
  restoreOf: { en: (name: string) => `Restore ${name}`, zh: (name: string) => `恢复 ${name}` },
  purge: { en: 'Delete for good', zh: '彻底删除' },
  purgeOf: { en: (name: string) => `Delete ${name} for good`, zh: (name: string) => `彻底删除 ${name}` },
  empty: { en: 'Empty the trash', zh: '清空回收站' },
  noneYet: { en: 'Nothing is in the trash', zh: '回收站为空' },
  noneYetText: {
    en: 'Tags, artifacts, repositories and projects that you may delete come here when they are deleted.',
    zh: '你有权删除的 Tag、制品、仓库和项目在删除后会出现在这里。',
  },
  comesBack: { en: 'What comes back', zh: '将恢复的内容' },
  goesAway: { en: 'What goes', zh: '将删除的内容' },
  countOf: {
    en: (artifacts: string, tags: string) => `Artifacts: ${artifacts} · tags: ${tags}`,
    zh: (artifacts: string, tags: string) => `制品 ${artifacts} 个 · Tag ${tags} 个`,
  },
  usageGrows: {
    en: (bytes: string) => `The usage of the project grows by ${counted(bytes, 'byte')}.`,
    zh: (bytes: string) => `项目用量将增加 ${bytes} 字节。`,
  },
  usageFell: {
    en: (bytes: string) =>
      `The usage of the project fell by ${counted(bytes, 'byte')}. What other images need stays stored; the rest is freed at once.`,
    zh: (bytes: string) => `删除时项目用量减少了 ${bytes} 字节。其他镜像仍需要的内容会保留，其余立即释放。`,
  },
  restoreUndo: {
    en: 'It can be deleted again, and is then kept for its time anew.',
    zh: '之后可再次删除，并重新开始保留期。',
  },
  purgeUndo: { en: 'Nothing brings it back.', zh: '此操作无法撤销。' },
  block: { en: 'Refuse to take it again', zh: '禁止再次推送' },
  blockHelp: {
    en: 'Its manifests cannot be pushed again, to whatever repository.',
    zh: '其清单不能再推送到任何仓库。',
  },
  needsAdministrator: {
    en: 'Needs the right to purge the trash. An administrator of the registry has it.',
    zh: '需要清除回收站的权限，系统管理员拥有该权限。',
  },
  restored: {
    en: (name: string, artifacts: string, tags: string) =>
      `${name} is back: artifacts ${artifacts}, tags ${tags}`,
    zh: (name: string, artifacts: string, tags: string) =>
      `${name} 已恢复：制品 ${artifacts} 个，Tag ${tags} 个`,
  },
  purged: {
    en: (name: string, bytes: string) =>
      `${name} is gone for good; ${counted(bytes, 'byte is', 'bytes are')} free`,
    zh: (name: string, bytes: string) => `${name} 已彻底删除，释放 ${bytes} 字节`,
  },
  emptied: {
    en: (count: string, bytes: string) =>
      `${counted(count, 'deletion is', 'deletions are')} gone for good; ${counted(bytes, 'byte is', 'bytes are')} free`,
    zh: (count: string, bytes: string) => `已彻底删除 ${count} 项，释放 ${bytes} 字节`,
  },
  emptyWhat: {
    en: (count: string) =>
      `${count === '1' ? 'The one deletion goes' : `All ${count} deletions go`} for good, of all projects.`,
    zh: (count: string) => `将彻底删除所有项目的全部 ${count} 项删除内容。`,
  },
  emptyFrees: {
    en: (bytes: string) => `${counted(bytes, 'byte becomes', 'bytes become')} free`,
    zh: (bytes: string) => `将释放 ${bytes} 字节`,
  },
  counted: { en: 'counted', zh: '统计于' },
  emptyWord: { en: 'empty', zh: '清空' },
  emptying: {
    en: (done: string, total: string) => `${done} of ${total}`,
    zh: (done: string, total: string) => `${done} / ${total}`,
  },
  loading: { en: 'Reading what belongs to it…', zh: '正在读取相关内容…' },
  more: {
    en: (count: string) => `and ${count} more`,
    zh: (count: string) => `另有 ${count} 个`,
  },
} as const satisfies Texts;
