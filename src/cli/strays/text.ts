import type { Texts } from '../../lib/text/language.ts';

export const strayTexts = {
  strays: {
    en: 'Strays: objects of the storage that nothing in the database speaks of.',
    zh: '游离对象：存储中数据库没有任何记录的对象。',
  },
  search: {
    en: 'Search the storage for strays now and wait for the end; nothing is removed. 8 when it failed, 1 when it was stopped.',
    zh: '立即在存储中查找游离对象并等待结束；不删除任何内容。失败时退出码为 8，被停止时为 1。',
  },
  rate: {
    en: 'objects that are looked at a second; 0: no limit',
    zh: '每秒检查的对象数；0 表示不限',
  },
  rateWrong: { en: '--rate is a number of objects', zh: '--rate 为对象数' },
  list: {
    en: 'List what the last search found, and what is in quarantine.',
    zh: '列出上次查找发现的对象，以及隔离区中的对象。',
  },
  state: {
    en: 'only those that are found or quarantined',
    zh: '仅 found（发现）或 quarantined（已隔离）的对象',
  },
  stateWrong: { en: '--state takes found or quarantined', zh: '--state 只能是 found 或 quarantined' },
  plan: {
    en: 'Tell what a removal would take away, and the name of this plan; nothing is changed. 8 when it is not allowed.',
    zh: '显示移除操作会移走的内容及该方案的名称；不做任何更改。不允许移除时退出码为 8。',
  },
  apply: {
    en: 'Move the strays of a reviewed plan to quarantine and wait for the end; they can be brought back for 7 days.',
    zh: '将已审核方案中的游离对象移入隔离区并等待结束；7 天内可以恢复。',
  },
  planName: { en: 'as berth storage strays plan tells it', zh: '由 berth storage strays plan 显示' },
  restore: {
    en: 'Bring an object back from quarantine to where it was found.',
    zh: '将对象从隔离区恢复到原位置。',
  },
  key: { en: 'its key, as berth storage strays list shows it', zh: '对象的键，见 berth storage strays list' },
  planned: {
    en: '{strays} strays with {size}, of {objects} objects with {all}; searched at {at}',
    zh: '{strays} 个游离对象，共 {size}；存储中有 {objects} 个对象，共 {all}；查找时间 {at}',
  },
  toApply: {
    en: 'Look at them (berth storage strays list --state found), then: berth storage strays apply {plan}',
    zh: '请先查看（berth storage strays list --state found），然后执行：berth storage strays apply {plan}',
  },
  nothing: { en: 'There is nothing to remove.', zh: '没有需要移除的内容。' },
  refused: { en: 'Nothing of it is removed: {why}', zh: '不会移除任何内容：{why}' },
  sure: {
    en: 'Move what the plan {plan} names to quarantine? [y/N] ',
    zh: '将方案 {plan} 中的对象移入隔离区？[y/N] ',
  },
  kept: { en: 'Nothing was moved.', zh: '未移动任何内容。' },
  begun: { en: 'job {id} has begun', zh: '任务 {id} 已开始' },
} as const satisfies Texts;
