import type { Texts } from '../../ui/text/say.ts';

export const projectTexts = {
  repositories: { en: 'Repositories', zh: '仓库' },
  filter: { en: 'Filter by name', zh: '按名称筛选' },
  name: { en: 'Name', zh: '名称' },
  artifacts: { en: 'Artifacts', zh: '制品' },
  pulls: { en: 'Pulls', zh: '拉取次数' },
  updated: { en: 'Updated', zh: '更新时间' },
  noneYet: { en: 'No repository yet', zh: '还没有仓库' },
  noneYetText: {
    en: 'The first push of an image makes one. Sign in, name an image and push it:',
    zh: '首次推送镜像时会自动创建。登录、为镜像命名并推送：',
  },
  noneMatches: { en: 'No repository matches the filter', zh: '没有符合筛选条件的仓库' },
  showAll: { en: 'Show all', zh: '显示全部' },
} as const satisfies Texts;
