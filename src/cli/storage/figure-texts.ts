import type { Texts } from '../../lib/text/language.ts';

export const figureTexts = {
  usage: {
    en: 'Tell what projects take up, or the repositories of one, or the tags of a repository.',
    zh: '显示各项目、某项目的各仓库或某仓库的各 Tag 所占用的存储。',
  },
  project: { en: 'the repositories of this project', zh: '此项目的各仓库' },
  repository: { en: 'the tags of this repository (library/app)', zh: '此仓库的各 Tag（library/app）' },
  sort: {
    en: 'name, logical, unique or shared, with - for descending (default: -unique)',
    zh: 'name、logical、unique 或 shared，前加 - 为降序（默认 -unique）',
  },
  csv: { en: 'all rows as CSV', zh: '以 CSV 输出全部行' },
  twoPlaces: {
    en: '--project lists repositories and --repository lists tags: give one of them',
    zh: '--project 列出仓库，--repository 列出 Tag：只能指定其一',
  },
  sortWrong: {
    en: '--sort takes name, logical, unique or shared, each with - for descending',
    zh: '--sort 的取值为 name、logical、unique 或 shared，前加 - 为降序',
  },
  total: {
    en: '{stored} are stored: {live} in use, {trash} kept by the trash only, {unreferenced} needed by nothing. Counted at {asOf}.',
    zh: '共存储 {stored}：使用中 {live}，仅回收站保留 {trash}，无人引用 {unreferenced}。统计于 {asOf}。',
  },
  notCounted: {
    en: 'Nothing was counted yet: the first count begins within seconds of the start.',
    zh: '尚未统计：首次统计在启动后数秒内开始。',
  },
  cost: {
    en: 'Tell what accounts pushed and pulled in a month, what projects kept, and what it costs.',
    zh: '显示某月各账户的推送和拉取量、各项目的存储量及费用。',
  },
  month: {
    en: 'such as 2026-11, in UTC (default: the current one)',
    zh: '例如 2026-11，按 UTC（默认当前月）',
  },
  monthWrong: {
    en: '--month takes a year and a month, such as 2026-11',
    zh: '--month 的取值为年月，例如 2026-11',
  },
  ofProject: { en: 'of this project only', zh: '仅此项目' },
  reclaim: {
    en: 'Tell what could be given back: by the trash, a garbage collection, untagged artifacts, the largest tags.',
    zh: '显示可释放的空间：回收站、垃圾回收、无 Tag 制品、最大的 Tag。',
  },
  freeByTrash: {
    en: 'Emptying the trash frees {size}; by itself it would be freed after:',
    zh: '清空回收站可释放 {size}；到期后会自行释放：',
  },
  freeByCollection: {
    en: 'A garbage collection frees {size}, which nothing needs.',
    zh: '垃圾回收可释放无人引用的 {size}。',
  },
  freeByUntagged: {
    en: 'Removing all untagged artifacts frees {size}; most of it in:',
    zh: '移除全部无 Tag 制品可释放 {size}，主要在：',
  },
  freeByTags: { en: 'The tags whose removal frees most:', zh: '移除后释放最多的 Tag：' },
  countedAt: { en: 'Counted at {asOf}.', zh: '统计于 {asOf}。' },
  forecast: {
    en: 'Tell when the disk, or the storage limit of a project, would be full.',
    zh: '预测磁盘或某项目的存储配额何时用尽。',
  },
  limitOf: { en: 'the storage limit of this project', zh: '此项目的存储配额' },
  notEnough: {
    en: 'Not enough data: there are figures of {days} days, and it takes 7.',
    zh: '数据不足：仅有 {days} 天的数据，至少需要 7 天。',
  },
  notGrowing: {
    en: 'It is not growing, by the figures of {days} days.',
    zh: '根据 {days} 天的数据，没有增长。',
  },
  growing: {
    en: 'It grows by {size} a day, by the figures of {days} days; no end is in sight.',
    zh: '根据 {days} 天的数据，每天增长 {size}；暂无用尽之日。',
  },
  fullOn: {
    en: 'It grows by {size} a day, by the figures of {days} days; {free} are free, which last until {date}.',
    zh: '根据 {days} 天的数据，每天增长 {size}；剩余 {free}，可用至 {date}。',
  },
} as const satisfies Texts;
