import type { Texts } from '../../../ui/text/say.ts';

export const sessionsTexts = {
  sessions: { en: 'Sessions', zh: '会话' },
  text: {
    en: 'Browsers that are signed in. Programs sign in by the password or by tokens, which are not listed here.',
    zh: '已登录的浏览器。程序使用密码或令牌登录，不在此列。',
  },
  client: { en: 'Browser', zh: '浏览器' },
  unknown: { en: 'unknown', zh: '未知' },
  current: { en: 'this one', zh: '当前会话' },
  address: { en: 'From', zh: '来源地址' },
  lastUsed: { en: 'Last used', zh: '最近使用' },
  since: { en: 'Signed in', zh: '登录时间' },
  none: { en: 'Not signed in anywhere', zh: '没有登录的会话' },
  more: {
    en: (shown: string, all: string) => `Shown are the ${shown} that were used last, of ${all}.`,
    zh: (shown: string, all: string) => `共 ${all} 个会话，仅显示最近使用的 ${shown} 个。`,
  },
  signOut: { en: 'Sign out here', zh: '退出当前会话' },
  end: { en: 'End', zh: '结束' },
  endOf: {
    en: (client: string, address: string) => `End the session of ${client} from ${address}`,
    zh: (client: string, address: string) => `结束 ${address} 上 ${client} 的会话`,
  },
  endText: {
    en: 'What is open there asks for the password with its next request, on every server. Tokens and running pushes of programs stay.',
    zh: '该浏览器的下一个请求将在所有服务器上要求重新登录。令牌和程序正在进行的推送不受影响。',
  },
  endUndo: { en: 'not needed; one signs in again.', zh: '无需撤销，重新登录即可。' },
  endOthers: { en: 'Sign out everywhere else', zh: '退出其他所有会话' },
  endOthersText: {
    en: 'All sessions of your account end but this one, on every server at once. If somebody else knows your password, change it as well; revoke the tokens that you no longer trust.',
    zh: '除当前会话外，你的账户的所有会话将立即在所有服务器上结束。若密码已泄露，还请修改密码，并撤销不再信任的令牌。',
  },
  endAll: { en: 'End all sessions', zh: '结束全部会话' },
  endAllText: {
    en: (name: string) =>
      `${name} is signed out of every browser, on every server at once, and can sign in again. To keep the account out, disable it.`,
    zh: (name: string) =>
      `${name} 将立即在所有服务器和浏览器上退出，之后仍可重新登录。若要禁止登录，请停用该账户。`,
  },
  ended: {
    en: (count: string) => `Sessions that have ended: ${count}`,
    zh: (count: string) => `已结束 ${count} 个会话`,
  },
} as const satisfies Texts;
