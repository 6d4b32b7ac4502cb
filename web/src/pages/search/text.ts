import type { Texts } from '../../ui/text/say.ts';

export const searchTexts = {
  title: { en: 'Search', zh: '搜索' },
  found: {
    en: (words: string) => `What has “${words}” in its name`,
    zh: (words: string) => `名称中含“${words}”的内容`,
  },
  projects: { en: 'Projects', zh: '项目' },
  repositories: { en: 'Repositories', zh: '仓库' },
  name: { en: 'Name', zh: '名称' },
  access: { en: 'Access', zh: '访问级别' },
  public: { en: 'public', zh: '公开' },
  private: { en: 'private', zh: '私有' },
  artifacts: { en: 'Artifacts', zh: '制品' },
  pulls: { en: 'Pulls', zh: '拉取次数' },
  noProject: { en: 'No project of that name', zh: '没有该名称的项目' },
  noRepository: { en: 'No repository of that name', zh: '没有该名称的仓库' },
  nothing: {
    en: (words: string) => `Nothing has “${words}” in its name`,
    zh: (words: string) => `没有名称含“${words}”的内容`,
  },
  nothingText: {
    en: 'Names of projects and repositories are searched, as far as you may see them. Try a shorter part of the name, without the host and without the tag.',
    zh: '搜索范围为你可查看的项目和仓库的名称。请尝试更短的名称片段，不含主机名和标签。',
  },
  without: { en: (words: string) => `Search for ${words}`, zh: (words: string) => `搜索 ${words}` },
  toProjects: { en: 'See all projects', zh: '查看全部项目' },
  begin: { en: 'Write a part of a name above', zh: '请在上方输入名称的一部分' },
  beginText: {
    en: 'Press / to get there from every page. Enter searches.',
    zh: '在任意页面按 / 可跳到搜索框，按回车开始搜索。',
  },
} as const satisfies Texts;
