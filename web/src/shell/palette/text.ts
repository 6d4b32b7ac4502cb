import type { Texts } from '../../ui/text/say.ts';

export const paletteTexts = {
  open: { en: 'Find anything', zh: '查找任何内容' },
  title: { en: 'Find anything', zh: '查找任何内容' },
  placeholder: {
    en: 'A page, project, repository, tag, digest or a whole image reference',
    zh: '页面、项目、仓库、Tag、摘要或完整的镜像引用',
  },
  results: { en: 'Results', zh: '结果' },
  recent: { en: 'Recent', zh: '最近访问' },
  pages: { en: 'Pages', zh: '页面' },
  project: { en: 'Projects', zh: '项目' },
  repository: { en: 'Repositories', zh: '仓库' },
  tag: { en: 'Tags', zh: 'Tag' },
  artifact: { en: 'Artifacts', zh: '制品' },
  user: { en: 'People', zh: '用户' },
  label: { en: 'Labels', zh: '标签' },
  actions: { en: 'Actions', zh: '操作' },
  inProject: { en: 'in a project: choose it', zh: '在项目中：请选择项目' },
  nowHarbor: { en: (name: string) => `Harbor: ${name}`, zh: (name: string) => `Harbor：${name}` },
  searchAll: {
    en: (words: string) => `Search everything for “${words}”`,
    zh: (words: string) => `全部搜索“${words}”`,
  },
  keys: { en: 'Keys', zh: '键盘快捷键' },
  nextTheme: { en: 'Next theme', zh: '切换主题' },
  otherLanguage: { en: 'Switch to Chinese: 中文 (language)', zh: '切换到英文：English' },
  apiPage: { en: 'Description of the REST API', zh: 'REST API 说明' },
  found: {
    en: (count: string) => `Results: ${count}`,
    zh: (count: string) => `结果 ${count} 条`,
  },
  nothing: { en: 'Nothing is called so, as far as you may see.', zh: '在你可查看的范围内没有匹配的内容。' },
  failed: { en: 'Names on the server could not be searched.', zh: '无法搜索服务器上的名称。' },
  howTo: { en: '↑ ↓ choose · Enter opens · Esc closes', zh: '↑ ↓ 选择 · Enter 打开 · Esc 关闭' },
} as const satisfies Texts;
