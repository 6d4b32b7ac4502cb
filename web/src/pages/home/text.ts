import type { Texts } from '../../ui/text/say.ts';

export const homeTexts = {
  title: { en: 'Home', zh: '首页' },
  greeting: { en: (name: string) => `Hello, ${name}`, zh: (name: string) => `你好，${name}` },
  projects: { en: 'Projects', zh: '项目' },
  repositories: { en: 'Repositories', zh: '仓库' },
  used: { en: 'Used by projects', zh: '项目用量' },
  publicOf: {
    en: (count: string) => `${count} public`,
    zh: (count: string) => `其中公开 ${count} 个`,
  },
  health: { en: 'Health', zh: '健康状态' },
  allWell: { en: 'Everything works', zh: '一切正常' },
  notWell: {
    en: (count: number) => (count === 1 ? 'One part does not work' : `${count} parts do not work`),
    zh: (count: number) => `有 ${count} 个部分异常`,
  },
  disk: { en: 'Disk of the storage', zh: '存储磁盘' },
  free: {
    en: (free: string, total: string) => `${free} free of ${total}`,
    zh: (free: string, total: string) => `剩余 ${free}，共 ${total}`,
  },
  ending: {
    en: (days: string) => `Ends within ${days} days`,
    zh: (days: string) => `${days} 天内到期`,
  },
  nothingEnds: { en: 'Nothing', zh: '无' },
  more: { en: (count: string) => `${count} more`, zh: (count: string) => `另有 ${count} 项` },
  certificate: { en: 'certificate', zh: '证书' },
  grant: { en: 'access', zh: '授权' },
  robot: { en: 'robot', zh: '机器人账户' },
  token: { en: 'token', zh: '令牌' },
  connect: { en: 'Push an image', zh: '推送镜像' },
  connectText: {
    en: 'Sign in once, then name the image by this registry and push it.',
    zh: '登录一次，然后以本服务地址命名镜像并推送。',
  },
  recent: { en: 'Changed last', zh: '最近更新' },
  noneYet: { en: 'Nothing was pushed yet', zh: '尚未推送任何内容' },
  waiting: {
    en: 'Waiting for your first push. The page opens it as it arrives.',
    zh: '正在等待首次推送，到达后将自动打开。',
  },
  updated: { en: 'Updated', zh: '更新时间' },
  artifacts: { en: 'Artifacts', zh: '制品' },
  name: { en: 'Repository', zh: '仓库' },
} as const satisfies Texts;
