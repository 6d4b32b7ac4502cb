import type { Texts } from '../ui/text/say.ts';

export const deletionTexts = {
  deleted: {
    en: (name: string, freed: string) => `${name} is in the trash; the usage fell by ${freed}`,
    zh: (name: string, freed: string) => `${name} 已移入回收站，用量减少 ${freed}`,
  },
  several: { en: (count: number) => `${count} things`, zh: (count: number) => `${count} 项` },
  undo: { en: 'Undo', zh: '撤销' },
  restored: {
    en: (count: number) => (count === 1 ? 'It is back' : `${count} things are back`),
    zh: (count: number) => `已恢复 ${count} 项`,
  },
} as const satisfies Texts;
