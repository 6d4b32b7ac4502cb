import type { Texts } from '../../lib/text/language.ts';

export const tokenTexts = {
  token: {
    en: 'Personal tokens: a program signs in by one as you, or as less.',
    zh: '个人令牌：程序用它以你的身份（或更小的权限）登录。',
  },
  create: {
    en: 'Make one; it is shown this once. Its owner alone can, with the password.',
    zh: '创建令牌；仅显示这一次。只有所有者本人用密码才能创建。',
  },
  list: { en: 'List them, without their secrets.', zh: '列出令牌，不含密钥。' },
  revoke: { en: 'End one, at once and everywhere.', zh: '吊销令牌，立即在各处生效。' },
  newName: { en: 'what uses it, such as laptop', zh: '使用者名称，例如 laptop' },
  name: { en: 'its name, or its id', zh: '令牌名称或 id' },
  scope: {
    en: "actions and a place, such as 'pull,push pay/api' or 'read *'; several times for several limits; without it: all that you may",
    zh: "操作与位置，例如 'pull,push pay/api' 或 'read *'；可多次给出；省略则与你的权限相同",
  },
  scopeWrong: {
    en: "--scope is actions (pull, push, delete, read) and one place: 'pull,push pay/api'",
    zh: "--scope 由操作（pull、push、delete、read）和一个位置组成：'pull,push pay/api'",
  },
  expires: {
    en: 'when it ends: 90d, 12h, 2027-03-31 or 2027-03-31T12:00:00Z; without it: never',
    zh: '到期时间：90d、12h、2027-03-31 或 2027-03-31T12:00:00Z；省略则不过期',
  },
  expiresWrong: {
    en: '--expires is so many days (90d) or hours (12h), a day such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z',
    zh: '--expires 须为天数（90d）、小时数（12h）、日期（2027-03-31）或时间（2027-03-31T12:00:00Z）',
  },
  holder: {
    en: 'the tokens of this user; administrators only',
    zh: '此用户的令牌；仅管理员可用',
  },
  ownerOnly: {
    en: 'a token is made by its owner alone: name the server with --server, --user and --password-stdin or --password-file, or sign in with berth login',
    zh: '令牌只能由所有者本人创建：请用 --server、--user 以及 --password-stdin 或 --password-file 指定服务器，或用 berth login 登录',
  },
  nameOfLogin: { en: 'berth on {host}', zh: '{host} 上的 berth' },
  tokenKept: {
    en: 'Signed in to {server} as {user}; the personal token "{name}" is kept in {file} until {end}',
    zh: '已以 {user} 登录 {server}；个人令牌“{name}”保存于 {file}，有效期至 {end}',
  },
  givenTokenKept: {
    en: 'Signed in to {server} as {user}; the personal token is kept in {file}',
    zh: '已以 {user} 登录 {server}；个人令牌保存于 {file}',
  },
  passwordKept: {
    en: 'Signed in to {server} as {user}; {file} keeps the password itself: {why}',
    zh: '已以 {user} 登录 {server}；{file} 保存了密码本身：{why}',
  },
  serverHasNone: {
    en: 'this server offers no personal tokens',
    zh: '此服务器不提供个人令牌',
  },
  robotHasNone: { en: 'robots have no personal tokens', zh: '机器人没有个人令牌' },
  notRevoked: {
    en: 'Forgotten: {name}; its token lives on, because the server did not end it ({reason}): revoke it with berth token revoke',
    zh: '已删除：{name}；但服务器未能吊销其令牌（{reason}），令牌仍然有效：请用 berth token revoke 吊销',
  },
} as const satisfies Texts;
