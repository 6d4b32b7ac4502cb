import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

/** Why jobs fail, and what to do then. */
export const failedTexts = {
  serverSays: { en: 'In the words of the server:', zh: '服务器原文：' },
  next: {
    en: 'The log below tells what led to it. Once the cause is gone, begin the job again.',
    zh: '下方日志记录了经过。排除原因后，可重新开始该作业。',
  },
  foreign: {
    en: 'The storage is not the one this registry belongs to.',
    zh: '当前的存储不属于本系统。',
  },
  foreignNext: {
    en: 'Check on the server that the storage is mounted, and that it is the one that was there before. Until then nothing in it is deleted. Then begin the job again.',
    zh: '请在服务器上检查存储是否已挂载，且是否为原来的存储；在此之前不会删除其中的任何内容。之后可重新开始该作业。',
  },
  away: { en: 'The storage does not answer.', zh: '存储没有响应。' },
  broken: { en: 'The storage answered with an input/output error.', zh: '存储返回输入/输出错误。' },
  readOnly: { en: 'The storage can only be read.', zh: '存储只能读取。' },
  storageNext: {
    en: 'Check the disk or the object store and how it is mounted. Then begin the job again.',
    zh: '请检查磁盘或对象存储及其挂载方式，之后可重新开始该作业。',
  },
  full: { en: 'The storage is full.', zh: '存储已满。' },
  fullNext: {
    en: 'Make room on the disk, or give it more. Then begin the job again.',
    zh: '请清理或扩充磁盘，之后可重新开始该作业。',
  },
  files: {
    en: 'The server has as many files and connections open as it may.',
    zh: '服务器打开的文件和连接数已达上限。',
  },
  filesNext: {
    en: 'Raise the limit of open files (ulimit -n) of the server. Then begin the job again.',
    zh: '请提高服务器的打开文件数上限（ulimit -n），之后可重新开始该作业。',
  },
  database: { en: 'The database does not answer.', zh: '数据库没有响应。' },
  databaseNext: {
    en: 'Check the database. Once it answers, begin the job again.',
    zh: '请检查数据库，恢复响应后可重新开始该作业。',
  },
  lost: {
    en: (times: string) => `Its server ended in the middle ${counted(times, 'time')}.`,
    zh: (times: string) => `运行该作业的服务器中途退出了 ${times} 次。`,
  },
  lostNext: {
    en: 'The log of the server tells why it ended: often the memory did not suffice. Then begin the job again.',
    zh: '服务器日志说明退出的原因，常见原因是内存不足。之后可重新开始该作业。',
  },
  notDeleted: {
    en: (count: string) => `The storage did not delete ${counted(count, 'object')}.`,
    zh: (count: string) => `存储未能删除 ${count} 个对象。`,
  },
  notMoved: {
    en: (count: string) => `The storage did not move ${counted(count, 'object')}.`,
    zh: (count: string) => `存储未能移动 ${count} 个对象。`,
  },
  stayedNext: {
    en: 'The log below names them and says why. The next run tries them again.',
    zh: '下方日志列出这些对象及原因。下次运行会重试。',
  },
  damaged: {
    en: (all: string, missing: string, size: string, corrupt: string) =>
      `${counted(all, 'blob is', 'blobs are')} damaged: ${missing} missing, ${size} of a wrong size, ${corrupt} corrupt.`,
    zh: (all: string, missing: string, size: string, corrupt: string) =>
      `${all} 个数据块已损坏：缺失 ${missing} 个，大小错误 ${size} 个，内容损坏 ${corrupt} 个。`,
  },
  damagedNext: {
    en: 'The log below names them. Push the images that need them again, or restore a backup of the storage.',
    zh: '下方日志列出了这些数据块。请重新推送需要它们的镜像，或恢复存储的备份。',
  },
  artifactsStayed: {
    en: (some: string, all: string) => `${some} of ${counted(all, 'artifact')} could not be deleted.`,
    zh: (some: string, all: string) => `${all} 个制品中有 ${some} 个未能删除。`,
  },
  objectsStayed: {
    en: (some: string, all: string) => `${some} of ${counted(all, 'object')} could not be brought back.`,
    zh: (some: string, all: string) => `${all} 个对象中有 ${some} 个未能恢复。`,
  },
  namedNext: { en: 'The log below says of each why.', zh: '下方日志说明了各项的原因。' },
  periodsStayed: {
    en: (count: string) =>
      `${counted(count, 'period of the audit log is', 'periods of the audit log are')} not what was closed.`,
    zh: (count: string) => `审计日志有 ${count} 个时段与封存时的内容不符，已予保留。`,
  },
  periodsNext: {
    en: 'Run berth audit verify on the server: it tells what differs.',
    zh: '请在服务器上运行 berth audit verify，查看差异。',
  },
} as const satisfies Texts;
