import type { Texts } from '../../lib/text/language.ts';

export const deviceTexts = {
  device: {
    en: 'Machines that wait to sign in with berth login --device.',
    zh: '通过 berth login --device 等待登录的设备。',
  },
  approve: {
    en: 'Let one sign in as you, with the code that it shows. Needs your password: no token lets a device in.',
    zh: '用设备显示的代码允许其以你的身份登录。需要你的密码：令牌不能批准设备。',
  },
  deny: { en: 'Turn one away.', zh: '拒绝设备。' },
  code: { en: 'what the device shows, such as WDJB-MJHT', zh: '设备显示的代码，例如 WDJB-MJHT' },
  asks: {
    en: '"{name}" from {address} ({client}) asks to sign in as you: for 90 days it may do all that you may.',
    zh: '“{name}”（来自 {address}，{client}）请求以你的身份登录：90 天内可执行你有权执行的所有操作。',
  },
  sure: {
    en: 'Did you begin this, and does it show this code? [y/N] ',
    zh: '是否由你发起，且设备显示此代码？[y/N] ',
  },
  notAnswered: { en: 'Nothing was answered.', zh: '未作答复。' },
  signInNeeded: {
    en: 'a device is answered by a person: name the server with --server, --user and --password-stdin or --password-file',
    zh: '设备须由本人答复：请用 --server、--user 以及 --password-stdin 或 --password-file 指定服务器',
  },
  flag: {
    en: 'sign in to this server without a password here: another machine, or a browser, says yes',
    zh: '在本机不使用密码登录此服务器：由另一台机器或浏览器批准',
  },
  flagAlone: {
    en: '--device names the server: leave out --server, --user, --password-stdin and --password-file',
    zh: '--device 已指定服务器：请去掉 --server、--user、--password-stdin 和 --password-file',
  },
  openPage: {
    en: 'Open {uri} and type the code {code}; or on another machine: berth device approve {code}',
    zh: '请打开 {uri} 并输入代码 {code}；或在另一台机器上运行：berth device approve {code}',
  },
  notOffered: {
    en: 'this server offers no device login: sign in with --server, --user and --password-stdin',
    zh: '此服务器不提供设备登录：请用 --server、--user 和 --password-stdin 登录',
  },
  turnedAway: { en: 'the sign-in was turned away', zh: '登录已被拒绝' },
  ended: {
    en: 'the code has ended, or was used: begin again',
    zh: '代码已失效或已被使用：请重新开始',
  },
} as const satisfies Texts;
