import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

/** By what a rule keeps something, with the number that the rule has; also of those that the form no longer offers. */
export const keptTexts = {
  latestPushedK: {
    en: (count: string) => (count === '1' ? 'pushed last' : `one of the ${count} pushed last`),
    zh: (count: string) => `属于最近推送的 ${count} 个`,
  },
  latestPulledN: {
    en: (count: string) => (count === '1' ? 'pulled last' : `one of the ${count} pulled last`),
    zh: (count: string) => `属于最近拉取的 ${count} 个`,
  },
  latestActiveK: {
    en: (count: string) =>
      count === '1' ? 'pushed or pulled last' : `one of the ${count} pushed or pulled last`,
    zh: (count: string) => `属于最近活跃的 ${count} 个`,
  },
  nDaysSinceLastPush: {
    en: (days: string) => `pushed within ${counted(days, 'day')}`,
    zh: (days: string) => `${days} 天内推送过`,
  },
  nDaysSinceLastPull: {
    en: (days: string) => `pulled within ${counted(days, 'day')}`,
    zh: (days: string) => `${days} 天内拉取过`,
  },
  lastXDays: {
    en: (days: string) => `pushed within ${counted(days, 'day')}`,
    zh: (days: string) => `${days} 天内推送过`,
  },
  latestPatchesPerMinor: {
    en: (count: string) =>
      count === '1'
        ? 'the highest patch of its minor version'
        : `one of the ${count} highest patches of its minor version`,
    zh: (count: string) => `属于所在次版本中最高的 ${count} 个补丁版本`,
  },
  always: { en: 'it keeps all', zh: '保留全部' },
} as const satisfies Texts;
