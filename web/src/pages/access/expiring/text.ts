import type { Texts } from '../../../ui/text/say.ts';

export const expiringTexts = {
  title: { en: 'Ending soon', zh: '即将到期' },
  intro: {
    en: 'Robot accounts, personal tokens, roles and certificates, the nearest end first. Events tell of each 30, 14 and 7 days before, and the day before.',
    zh: '机器人账户、个人令牌、授权与证书，按到期先后排列。到期前 30、14、7、1 天各有一次事件通知。',
  },
  within: { en: 'In the next', zh: '时间范围' },
  days: { en: (days: string) => `${days} days`, zh: (days: string) => `${days} 天内` },
  kind: { en: 'What', zh: '类型' },
  robot: { en: 'robot account', zh: '机器人账户' },
  token: { en: 'personal token', zh: '个人令牌' },
  grant: { en: 'access', zh: '授权' },
  certificate: { en: 'certificate', zh: '证书' },
  name: { en: 'Name', zh: '名称' },
  holder: { en: 'Of', zh: '所属' },
  where: { en: 'Where', zh: '范围' },
  ends: { en: 'Ends', zh: '到期' },
  left: { en: 'Left', zh: '剩余' },
  renew: { en: 'Go there', zh: '前往' },
  renewOf: { en: (name: string) => `Go there: ${name}`, zh: (name: string) => `前往 ${name}` },
  none: { en: 'Nothing ends in that time', zh: '此期间没有到期项' },
  noneText: {
    en: 'What you look after and what is your own is shown here as soon as its end is near.',
    zh: '你负责的和你自己的项目临近到期时会显示在此。',
  },
} as const satisfies Texts;
