import type { Text } from '../../lib/text/language.ts';

export const devicePageTexts = {
  title: { en: 'Let a device sign in', zh: '允许设备登录' },
  other: { en: '中文', zh: 'English' },
  signIn: {
    en: 'Sign in first, to say who the device is to be.',
    zh: '请先登录，以确定设备将使用谁的身份。',
  },
  name: { en: 'Name', zh: '用户名' },
  password: { en: 'Password', zh: '密码' },
  signInButton: { en: 'Sign in', zh: '登录' },
  signedOut: { en: 'Wrong name or password.', zh: '用户名或密码错误。' },
  code: { en: 'The code that the device shows', zh: '设备上显示的代码' },
  goOn: { en: 'Continue', zh: '继续' },
  unknown: {
    en: 'Nothing waits for this code. Compare it with what the device shows; it ends after ten minutes, and with the first answer.',
    zh: '没有设备在等待此代码。请与设备上显示的代码核对；代码在十分钟后或首次答复后失效。',
  },
  slower: {
    en: 'Too many wrong codes or sign-ins; wait half a minute.',
    zh: '错误的代码或登录次数过多；请等待半分钟。',
  },
  stale: {
    en: 'This page was too old, or another site sent the form. Look at the device once more and answer again.',
    zh: '页面已过期，或表单来自其他网站。请再次核对设备后重新答复。',
  },
  asks: { en: 'This asks to sign in as {user}:', zh: '以下设备请求以 {user} 的身份登录：' },
  itsName: { en: 'Name, in its own words', zh: '名称（由其自称）' },
  address: { en: 'Address', zh: '地址' },
  client: { en: 'Program', zh: '程序' },
  since: { en: 'Since', zh: '请求时间' },
  gets: {
    en: 'It gets a personal token: for 90 days it may do all that {user} may. You can revoke it at any time.',
    zh: '它将获得个人令牌：90 天内可执行 {user} 有权执行的所有操作。你可以随时吊销。',
  },
  warning: {
    en: 'Approve only what you have begun yourself, and only if the device shows this code.',
    zh: '仅批准由你本人发起、且设备显示此代码的请求。',
  },
  approve: { en: 'Approve', zh: '批准' },
  deny: { en: 'Turn away', zh: '拒绝' },
  approved: {
    en: 'Approved. The device signs in within seconds; you can close this page.',
    zh: '已批准。设备将在数秒内登录；可以关闭此页面。',
  },
  denied: { en: 'Turned away. The device gets nothing.', zh: '已拒绝。设备不会获得任何权限。' },
} as const satisfies Record<string, Text>;
