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
    en: 'Names of projects, repositories, tags and labels are searched by any part of them, digests by their first 7 digits or more, as far as you may see them. Try a shorter part.',
    zh: '按片段搜索你可查看的项目、仓库、Tag 和标签的名称，按至少前 7 位搜索摘要。请尝试更短的片段。',
  },
  nothingShort: {
    en: 'No name that you may see has that in it. If it begins a digest, write at least its first 7 digits.',
    zh: '你可查看的名称中都没有此片段。如果这是摘要的开头，请输入至少前 7 位。',
  },
  nothingDigest: {
    en: 'Neither a name that you may see has that in it, nor does a digest begin so.',
    zh: '你可查看的名称中都没有此片段，也没有以此开头的摘要。',
  },
  without: { en: (words: string) => `Search for ${words}`, zh: (words: string) => `搜索 ${words}` },
  toProjects: { en: 'See all projects', zh: '查看全部项目' },
  words: { en: 'Part of a name, or a digest', zh: '名称的一部分或摘要' },
  begin: { en: 'Write a part of a name, or a digest', zh: '请输入名称的一部分或摘要' },
  beginText: {
    en: 'Enter searches.',
    zh: '按回车开始搜索。',
  },
  keys: { en: 'g, then s, leads here from every page.', zh: '在任意页面依次按 g、s 可到达此处。' },
} as const satisfies Texts;
