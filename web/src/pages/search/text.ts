import type { Texts } from '../../ui/text/say.ts';

export const searchTexts = {
  title: { en: 'Search', zh: '搜索' },
  found: {
    en: (words: string) => `What “${words}” finds`,
    zh: (words: string) => `与“${words}”匹配的内容`,
  },
  kinds: { en: 'Kinds', zh: '类别' },
  all: { en: 'All', zh: '全部' },
  project: { en: 'Projects', zh: '项目' },
  repository: { en: 'Repositories', zh: '仓库' },
  tag: { en: 'Tags', zh: 'Tag' },
  artifact: { en: 'Artifacts', zh: '制品' },
  user: { en: 'People', zh: '用户' },
  label: { en: 'Labels', zh: '标签' },
  orMore: { en: (count: string) => `${count} or more`, zh: (count: string) => `${count} 个以上` },
  seeAll: { en: (count: string) => `See all: ${count}`, zh: (count: string) => `查看全部：${count}` },
  pushed: { en: 'Pushed', zh: '推送时间' },
  noTag: { en: 'none', zh: '无' },
  person: { en: 'Person', zh: '姓名' },
  ofSystem: { en: 'everywhere', zh: '全系统' },
  name: { en: 'Name', zh: '名称' },
  access: { en: 'Access', zh: '访问级别' },
  public: { en: 'public', zh: '公开' },
  private: { en: 'private', zh: '私有' },
  pulls: { en: 'Pulls', zh: '拉取次数' },
  nothing: {
    en: (words: string) => `Nothing is called “${words}”`,
    zh: (words: string) => `没有与“${words}”匹配的内容`,
  },
  nothingText: {
    en: 'Names of projects, repositories, tags and labels are searched, and digests from the seventh digit on, as far as you may see them. Try a shorter part.',
    zh: '搜索范围为你可查看的项目、仓库、Tag、标签的名称，以及至少 7 位的摘要前缀。请尝试更短的片段。',
  },
  without: { en: (words: string) => `Search for ${words}`, zh: (words: string) => `搜索 ${words}` },
  toProjects: { en: 'See all projects', zh: '查看全部项目' },
  words: { en: 'Part of a name, or a digest', zh: '名称的一部分或摘要' },
  begin: { en: 'Write a part of a name, or a digest', zh: '请输入名称的一部分或摘要' },
  beginText: {
    en: 'Press g and s to get there from every page. Enter searches.',
    zh: '在任意页面依次按 g、s 可跳到搜索框，按回车开始搜索。',
  },
} as const satisfies Texts;
