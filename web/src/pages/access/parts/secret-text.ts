import type { Texts } from '../../../ui/text/say.ts';

export const secretTexts = {
  once: {
    en: 'The secret is shown this once. Copy it now: the server keeps only a hash, and can show it to nobody.',
    zh: '密钥仅显示这一次，请立即复制。服务器只保存其散列值，之后无法再显示。',
  },
  kept: { en: 'I have copied it', zh: '我已复制' },
  username: { en: 'User name', zh: '用户名' },
  secret: { en: 'Secret', zh: '密钥' },
  form: { en: 'Ready to use as', zh: '可直接使用的形式' },
  login: { en: 'Command: docker login', zh: '命令：docker login' },
  env: { en: 'Variables: .env', zh: '环境变量：.env' },
  config: { en: 'Docker’s config.json', zh: 'Docker 的 config.json' },
  kubernetes: { en: 'Secret of Kubernetes', zh: 'Kubernetes 的 Secret' },
} as const satisfies Texts;
