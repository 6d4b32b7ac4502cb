import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

export const garbageTexts = {
  title: { en: 'Garbage collection', zh: '垃圾回收' },
  next: { en: 'Next run', zh: '下次运行' },
  noSchedule: { en: 'No schedule', zh: '未设置定时' },
  newPlan: { en: 'What would a run free?', zh: '运行将释放多少？' },
  newPlanText: {
    en: 'A plan changes nothing. It tells to the byte what a run would free now.',
    zh: '方案不会改变任何内容，只精确计算现在运行可释放的字节数。',
  },
  untagged: { en: 'Untagged artifacts too', zh: '包括无 Tag 制品' },
  untaggedHelp: { en: 'They go to the trash first.', zh: '它们会先移入回收站。' },
  purgeTrash: { en: 'Empty the trash too', zh: '同时清空回收站' },
  purgeTrashHelp: {
    en: 'All of it, not only what has been there for its time.',
    zh: '全部清空，而不仅是已到期的内容。',
  },
  plan: { en: 'Make a plan', zh: '生成方案' },
  apply: { en: 'Apply', zh: '执行' },
  applyTitle: { en: 'Collect garbage now', zh: '立即回收' },
  applyFrees: {
    en: (bytes: string) => `${counted(bytes, 'byte is', 'bytes are')} freed by what the plan found.`,
    zh: (bytes: string) => `按方案将释放 ${bytes} 字节。`,
  },
  applyUntagged: {
    en: (count: string, bytes: string) =>
      `Untagged artifacts go to the trash: ${count}, with ${counted(bytes, 'byte')}. They can be restored there.`,
    zh: (count: string, bytes: string) =>
      `无 Tag 制品 ${count} 个（${bytes} 字节）移入回收站，可在回收站恢复。`,
  },
  applyUntaggedToo: {
    en: (count: string, bytes: string) =>
      `Untagged artifacts are deleted: ${count}, with ${counted(bytes, 'byte')}.`,
    zh: (count: string, bytes: string) => `无 Tag 制品 ${count} 个（${bytes} 字节）将被删除。`,
  },
  applyTrash: {
    en: 'The trash is emptied: nothing of it can be restored then.',
    zh: '回收站将被清空，其中内容无法再恢复。',
  },
  applyTrashNow: { en: 'In it now: ', zh: '其中现有：' },
  trashNow: { en: 'In the trash now', zh: '回收站现有' },
  deletions: { en: (count: string) => counted(count, 'deletion'), zh: (count: string) => `${count} 项删除` },
  applyUndo: {
    en: 'Nothing that an image needs is touched. What is freed does not come back.',
    zh: '不会触及任何镜像需要的内容。已释放的内容无法恢复。',
  },
  planned: { en: 'Plan', zh: '方案' },
  run: { en: 'Run', zh: '运行' },
  planOf: { en: (id: string) => `Plan ${id}`, zh: (id: string) => `方案 ${id}` },
  runOf: { en: (id: string) => `Run ${id}`, zh: (id: string) => `运行 ${id}` },
  wouldFree: { en: (bytes: string) => `Would free ${bytes}`, zh: (bytes: string) => `可释放 ${bytes}` },
  freed: { en: (bytes: string) => `Freed ${bytes}`, zh: (bytes: string) => `已释放 ${bytes}` },
  exactly: {
    en: (bytes: string) => `exactly ${counted(bytes, 'byte')}`,
    zh: (bytes: string) => `精确值 ${bytes} 字节`,
  },
  working: { en: 'Being worked out…', zh: '正在计算…' },
  blobs: { en: 'Blobs', zh: '数据块' },
  manifests: { en: 'Manifests', zh: '清单' },
  links: { en: 'Links ended', zh: '解除的链接' },
  toTrash: { en: 'Untagged to the trash', zh: '移入回收站的无 Tag 制品' },
  ofTrash: { en: 'Of it from the trash', zh: '其中来自回收站' },
  untaggedToo: { en: 'Untagged, deleted too', zh: '一并删除的无 Tag 制品' },
  options: { en: 'Made for', zh: '选项' },
  noOption: { en: 'what nothing needs, and no more', zh: '仅回收不再需要的内容' },
  untaggedFirst: {
    en: (bytes: string, until: string) =>
      `${bytes} of untagged artifacts go to the trash first, and are freed on ${until} when it is run now.`,
    zh: (bytes: string, until: string) =>
      `无 Tag 制品共 ${bytes}，会先移入回收站；若现在执行，将于 ${until} 释放。`,
  },
  inTrash: { en: 'Waits in the trash', zh: '在回收站中等待' },
  until: { en: 'freed', zh: '预计释放：' },
  inSnapshots: { en: 'Of the blobs perhaps needed by snapshots', zh: '其中快照可能需要的数据块' },
  snapshotsLack: {
    en: (count: string) =>
      `Kept snapshots of the database may need ${count} of these blobs. A run by hand deletes them all the same: what is in the registry now is not harmed, but a snapshot that is restored afterwards lacks them, and images that need them cannot be pulled then. A run by the schedule leaves what the newest snapshot may need.`,
    zh: (count: string) =>
      `现有的数据库快照可能还需要其中 ${count} 个数据块。手动运行仍会将其删除：当前的内容不受影响；但之后若恢复这样的快照，这些数据块会缺失，需要它们的镜像将无法拉取。定时运行会保留最新快照可能需要的内容。`,
  },
  notDeleted: { en: 'Not deleted by the storage', zh: '存储未能删除' },
  log: { en: 'Log', zh: '日志' },
  stop: { en: 'Stop', zh: '停止' },
  stopped: { en: 'It stops. What was done stays done.', zh: '正在停止，已完成的部分保持不变。' },
  schedule: { en: 'Schedule', zh: '定时' },
  when: { en: 'When', zh: '时间' },
  never: { en: 'Never', zh: '从不' },
  hourly: { en: 'Every hour', zh: '每小时' },
  daily: { en: 'Every day', zh: '每天' },
  weekly: { en: 'Every week', zh: '每周' },
  custom: { en: 'Cron', zh: 'Cron' },
  cron: { en: 'Cron, six fields, UTC', zh: 'Cron 表达式（六段，UTC）' },
  cronHelp: {
    en: 'seconds minutes hours day month weekday, such as 0 30 2 * * *',
    zh: '秒 分 时 日 月 周，例如 0 30 2 * * *',
  },
  save: { en: 'Save', zh: '保存' },
  saved: { en: 'The schedule is set', zh: '定时设置已保存' },
  history: { en: 'History', zh: '历史' },
  id: { en: 'Number', zh: '编号' },
  what: { en: 'What', zh: '类型' },
  began: { en: 'Began', zh: '开始时间' },
  by: { en: 'Trigger', zh: '触发方式' },
  byHand: { en: 'by hand', zh: '手动' },
  bySchedule: { en: 'by schedule', zh: '定时' },
  status: { en: 'Status', zh: '状态' },
  bytes: { en: 'Freed', zh: '释放' },
  would: { en: 'would free', zh: '可释放' },
  all: { en: 'Any status', zh: '全部状态' },
  noneYet: { en: 'No run yet', zh: '还没有运行' },
  noneYetText: {
    en: 'A plan tells first what a run would free.',
    zh: '可先生成方案，查看运行将释放多少。',
  },
} as const satisfies Texts;
