import type { Texts } from '../../../ui/text/say.ts';

export const tokensTexts = {
  tokens: { en: 'Personal tokens', zh: '个人令牌' },
  name: { en: 'Token', zh: '令牌' },
  limits: { en: 'Limited to', zh: '限定范围' },
  unlimited: { en: 'all that the account may', zh: '与账户权限相同' },
  lastUsed: { en: 'Last used', zh: '最近使用' },
  ends: { en: 'Ends', zh: '到期' },
  created: { en: 'Created', zh: '创建时间' },
  noTokens: { en: 'No token', zh: '没有令牌' },
  noTokensText: {
    en: 'Programs sign in by a token instead of the password; its owner makes it on the page “Your account”.',
    zh: '程序可用令牌代替密码登录；由账户本人在“我的账户”页面创建。',
  },
  revoke: { en: 'Revoke', zh: '撤销' },
  revokeOf: { en: (name: string) => `Revoke the token ${name}`, zh: (name: string) => `撤销令牌 ${name}` },
  revokeText: {
    en: 'Programs that sign in by it are refused at once, on every server.',
    zh: '使用该令牌的程序将立即在所有服务器上被拒绝。',
  },
  revokeUndo: {
    en: 'not at all; the owner can make another one.',
    zh: '无法撤销；账户本人可以新建令牌。',
  },
} as const satisfies Texts;
