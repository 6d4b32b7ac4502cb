import type { Text } from '../../lib/text/language.ts';

export const jobTexts = {
  job: { en: 'Background work of the server.', zh: '服务器的后台任务。' },
  list: { en: 'List jobs, the newest first.', zh: '列出任务，最新的在前。' },
  watch: {
    en: 'Show how far a job is until it has ended; 8 when it failed, 1 when it was stopped.',
    zh: '显示任务进度直到结束；失败时退出码为 8，被停止时为 1。',
  },
  logs: { en: 'Print what a job has logged so far.', zh: '打印任务目前的日志。' },
  follow: {
    en: 'go on until the job has ended; 8 when it failed, 1 when it was stopped',
    zh: '持续打印直到任务结束；失败时退出码为 8，被停止时为 1',
  },
  cancel: {
    en: 'Stop a job: at once where it waits, within about a second where it runs.',
    zh: '停止任务：等待中的立即停止，运行中的约一秒内停止。',
  },
  retry: { en: 'Begin a job again that failed or was stopped.', zh: '重新执行失败或被停止的任务。' },
  id: { en: 'the id of the job, as berth job list shows it', zh: '任务 id，见 berth job list' },
  idWrong: {
    en: 'a job is named by its number; see: berth job list',
    zh: '任务用编号指定；参见：berth job list',
  },
  kind: { en: 'only those of this kind', zh: '仅此类型' },
  status: {
    en: 'only those that are Pending, Scheduled, Running, Stopped, Error or Success',
    zh: '仅此状态：Pending、Scheduled、Running、Stopped、Error 或 Success',
  },
  limit: { en: 'at most so many', zh: '最多显示的数量' },
  limitWrong: { en: '--limit is a number from 1 to 100', zh: '--limit 为 1 到 100 的数字' },
  waits: { en: 'job {id} waits for its turn', zh: '任务 {id} 等待执行' },
  runs: { en: 'job {id} runs', zh: '任务 {id} 正在运行' },
  ended: { en: 'job {id}: {status}', zh: '任务 {id}：{status}' },
  endedSaying: { en: 'job {id}: {status}: {message}', zh: '任务 {id}：{status}：{message}' },
  cancelled: { en: 'job {id} stops', zh: '任务 {id} 正在停止' },
  retried: { en: 'job {id} waits for its turn', zh: '任务 {id} 等待执行' },
} as const satisfies Record<string, Text>;
