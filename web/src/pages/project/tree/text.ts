import type { Texts } from '../../../ui/text/say.ts';

export const treeTexts = {
  tree: { en: 'Repositories as a tree', zh: '仓库目录树' },
  below: {
    en: (count: string) => `Repositories: ${count}`,
    zh: (count: string) => `仓库 ${count} 个`,
  },
  artifacts: { en: (count: string) => `Artifacts: ${count}`, zh: (count: string) => `制品 ${count} 个` },
  pulls: { en: (count: string) => `Pulls: ${count}`, zh: (count: string) => `拉取 ${count} 次` },
  more: {
    en: (count: string) => `${count} more: show all in the list`,
    zh: (count: string) => `还有 ${count} 项：在列表中显示全部`,
  },
  loading: { en: 'Loading', zh: '加载中' },
} as const satisfies Texts;
