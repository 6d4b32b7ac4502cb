import type { Text } from '../../lib/text/language.ts';

export const eventTexts = {
  events: {
    en: 'Show what happens: the newest rows of the audit log that you may see, and with --follow what comes, jobs included.',
    zh: '显示发生的事件：您有权查看的最新审计记录；加 --follow 则持续显示后续事件（含后台任务）。',
  },
  follow: { en: 'go on until you end it', zh: '持续显示，直到您中止' },
  type: {
    en: 'only these types, such as tag.deleted, job, and upload (content on its way in), divided by commas',
    zh: '仅这些类型，如 tag.deleted、job、upload（正在上传的内容），以逗号分隔',
  },
  project: { en: 'only what happens in this project', zh: '仅此项目中的事件' },
  limit: { en: 'at most so many that were before', zh: '最多显示多少条先前的事件' },
  limitWrong: { en: '--limit is a number from 0 to 1000', zh: '--limit 为 0 到 1000 的数字' },
  again: {
    en: 'the connection was lost; trying again',
    zh: '连接已断开，正在重试',
  },
  missed: {
    en: 'what happened meanwhile cannot be told again; see: berth audit list',
    zh: '其间发生的事件无法补发；参见：berth audit list',
  },
  signedOut: { en: 'the sign-in has ended', zh: '登录已失效' },
} as const satisfies Record<string, Text>;
