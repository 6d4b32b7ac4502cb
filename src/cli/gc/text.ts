import type { Text } from '../../lib/text/language.ts';

export const gcTexts = {
  gc: { en: 'Garbage collection: free what no image needs.', zh: '垃圾回收：释放不再被任何镜像使用的空间。' },
  plan: {
    en: 'Tell to the byte what a run would free now, and what waits in the trash; nothing is changed.',
    zh: '精确到字节地显示现在运行可释放多少空间，以及回收站中等待的内容；不做任何更改。',
  },
  run: {
    en: 'Collect garbage now and wait for the end: 0 when all is done, 3 when the storage did not delete some objects, 8 when it failed, 1 when it was stopped.',
    zh: '立即回收并等待结束：全部完成时退出码为 0，存储未能删除部分对象时为 3，失败时为 8，被停止时为 1。',
  },
  apply: { en: 'The same as run.', zh: '与 run 相同。' },
  untagged: {
    en: 'artifacts without tags go to the trash first',
    zh: '先将没有 Tag 的制品移入回收站',
  },
  purgeTrash: {
    en: 'all of the trash is purged, not only what has been there for its time',
    zh: '清空整个回收站，而不仅是到期的内容',
  },
  workers: {
    en: 'batches of deletions at a time, 1 to 10; with 1 the run leaves the server to clients that are at work',
    zh: '同时进行的删除批次数，1 到 10；为 1 时，客户端工作期间会把服务器让给它们',
  },
  workersWrong: { en: '--workers is a number from 1 to 10', zh: '--workers 为 1 到 10 的数字' },
  begun: { en: 'garbage collection {id} has begun', zh: '垃圾回收 {id} 已开始' },
  ended: {
    en: 'garbage collection {id}: {status}; see: berth job list',
    zh: '垃圾回收 {id}：{status}；参见：berth job list',
  },
  counts: {
    en: '{blobs} blobs, {manifests} manifests, {failed} not deleted',
    zh: '{blobs} 个数据块，{manifests} 个清单，{failed} 个未能删除',
  },
} as const satisfies Record<string, Text>;
