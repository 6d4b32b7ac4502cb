import type { Texts } from '../ui/text/say.ts';

export const signInTexts = {
  username: { en: 'User name', zh: '用户名' },
  password: { en: 'Password', zh: '密码' },
  signIn: { en: 'Sign in', zh: '登录' },
  signingIn: { en: 'Signing in…', zh: '正在登录…' },
  refused: {
    en: 'Wrong user name or password. After some wrong tries each further one takes longer.',
    zh: '用户名或密码错误。多次输错后，每次尝试的等待时间会变长。',
  },
  capsLock: { en: 'Caps Lock is on.', zh: '大写锁定已开启。' },
} as const satisfies Texts;
