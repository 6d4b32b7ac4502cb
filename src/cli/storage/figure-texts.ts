import type { Texts } from '../../lib/text/language.ts';

export const figureTexts = {
  usage: {
    en: 'Tell what projects take up, or the repositories of one, or the tags of a repository.',
    zh: '显示各项目、某项目的各仓库或某仓库的各标签所占用的存储。',
  },
  project: { en: 'the repositories of this project', zh: '此项目的各仓库' },
  repository: { en: 'the tags of this repository (library/app)', zh: '此仓库的各标签（library/app）' },
  sort: {
    en: 'name, logical, unique or shared, with - for descending (default: -unique)',
    zh: 'name、logical、unique 或 shared，前加 - 为降序（默认 -unique）',
  },
  csv: { en: 'all rows as CSV', zh: '以 CSV 输出全部行' },
  twoPlaces: {
    en: '--project lists repositories and --repository lists tags: give one of them',
    zh: '--project 列出仓库，--repository 列出标签：只能指定其一',
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
    zh: '显示某月各账号的推送和拉取量、各项目的存储量及费用。',
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
} as const satisfies Texts;
