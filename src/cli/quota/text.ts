import type { Texts } from '../../lib/text/language.ts';

export const quotaTexts = {
  quota: { en: 'Storage limits of projects.', zh: '项目的存储配额。' },
  check: {
    en: 'Count what each project stores, and compare it with its recorded usage; the server has to run.',
    zh: '重新统计每个项目的存储量，并与记录的用量比较；服务器必须正在运行。',
  },
  repair: { en: 'put the counted figure in place of a wrong one', zh: '用统计结果替换错误的用量' },
  sound: { en: 'Every usage is what the project stores.', zh: '所有项目的用量都与实际存储一致。' },
  repaired: { en: 'The counted figures are in place now.', zh: '已改为统计结果。' },
  wrong: {
    en: 'Some usages are wrong; to put the counted figures in place: berth quota check --repair',
    zh: '有项目的用量不正确；改为统计结果：berth quota check --repair',
  },
  headProject: { en: 'PROJECT', zh: '项目' },
  headUsed: { en: 'RECORDED', zh: '记录' },
  headCounted: { en: 'COUNTED', zh: '统计' },
} as const satisfies Texts;
