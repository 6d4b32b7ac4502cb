import type { Texts } from '../../ui/text/say.ts';

export const harborTexts = {
  title: { en: 'An address of Harbor’s portal', zh: 'Harbor 门户的地址' },
  text: {
    en: (about: string) => `It is about ${about}. The console has no page for that in this version.`,
    zh: (about: string) => `该地址对应“${about}”，本版本的控制台没有对应的页面。`,
  },
  toHome: { en: 'Go to the start', zh: '回到首页' },
  activity: { en: 'the audit log', zh: '审计日志' },
  garbage: { en: 'garbage collection: berth gc', zh: '垃圾回收：berth gc' },
  jobs: { en: 'jobs: berth job', zh: '任务：berth job' },
  labels: { en: 'labels: berth label', zh: '标签：berth label' },
  members: { en: 'who may do what: berth access, berth user', zh: '成员与授权：berth access、berth user' },
  oidc: { en: 'sign-in by OpenID Connect', zh: '通过 OpenID Connect 登录' },
  passwordMail: { en: 'passwords by mail', zh: '通过邮件重置密码' },
  preheat: { en: 'preheating by P2P', zh: 'P2P 预热' },
  purge: { en: 'the purge of the audit log', zh: '审计日志清理' },
  quotas: { en: 'storage quotas: berth quota', zh: '存储配额：berth quota' },
  replication: { en: 'replication', zh: '复制' },
  repositories: { en: 'a repository: berth repo, berth tag', zh: '仓库：berth repo、berth tag' },
  retention: { en: 'tag retention: berth retention', zh: 'Tag 保留：berth retention' },
  robots: { en: 'robot accounts: berth robot', zh: '机器人账户：berth robot' },
  scans: { en: 'vulnerability scanning', zh: '漏洞扫描' },
  settings: { en: 'settings: berth config', zh: '设置：berth config' },
  webhooks: { en: 'webhooks: berth webhook', zh: 'webhook：berth webhook' },
} as const satisfies Texts;
