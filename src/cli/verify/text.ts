import type { Texts } from '../../lib/text/language.ts';

export const verifyTexts = {
  verify: { en: 'Check what is stored.', zh: '检查已存储的内容。' },
  storage: {
    en: "Check that every blob's file is there with its size, with the server running or stopped; changes nothing without --repair.",
    zh: '检查每个 blob 的文件是否存在且大小正确，服务器运行或停止时均可；不加 --repair 时不做任何更改。',
  },
  deep: { en: 'also read every file and compare its digest', zh: '同时读取每个文件并比对其摘要' },
  sample: {
    en: 'read and compare a share of the files only, another one each time, such as 5%',
    zh: '仅读取并比对一部分文件（每次不同），例如 5%',
  },
  repair: {
    en: 'let damaged blobs be pushed again, and finish what was left undone; no file is removed',
    zh: '使受损的 blob 可以被重新推送，并完成未完成的事项；不会删除任何文件',
  },
  sampleWrong: {
    en: '--sample takes a share above 0% and up to 100%, such as --sample 5%',
    zh: '--sample 的取值为大于 0%、至多 100% 的比例，例如 --sample 5%',
  },
  blobs: { en: 'blobs        {blobs}   {size}', zh: 'blob 总数  {blobs}   {size}' },
  hashed: { en: 'hashed       {blobs}   {size}', zh: '已校验     {blobs}   {size}' },
  missing: { en: 'missing      {count}', zh: '缺失       {count}' },
  wrongSize: { en: 'wrong size   {count}', zh: '大小错误   {count}' },
  corrupt: { en: 'corrupt      {count}', zh: '内容损坏   {count}' },
  manifests: {
    en: 'manifests    {count}   copies to come: {due}, copies gone: {gone}',
    zh: 'manifest   {count}   待复制：{due}，副本丢失：{gone}',
  },
  strays: { en: 'strays       {count}   {size}', zh: '无主文件   {count}   {size}' },
  dangling: { en: 'unfinished   {count}', zh: '未完成     {count}' },
  repaired: { en: 'repaired     {count}', zh: '已修复     {count}' },
  heal: {
    en: 'Push the images that contain them again to restore them.',
    zh: '重新推送包含它们的镜像即可恢复。',
  },
  repairFirst: {
    en: 'Clients are told that corrupt blobs are there: run it again with --repair, then push the images that contain them.',
    zh: '客户端仍会被告知损坏的 blob 存在：请加上 --repair 再次运行，然后重新推送包含它们的镜像。',
  },
  copiesGone: {
    en: 'Copies of manifests are gone; nothing is lost, and --repair makes them again.',
    zh: '部分 manifest 的副本丢失；没有内容丢失，--repair 会重新生成副本。',
  },
  adopt: {
    en: 'Files that nobody knows are left alone. If they were pushed after the backup that was restored: berth storage adopt',
    zh: '无主文件不会被改动。如果它们是在所恢复的备份之后推送的，请运行：berth storage adopt',
  },
} as const satisfies Texts;
