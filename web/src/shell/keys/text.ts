import type { Texts } from '../../ui/text/say.ts';

export const keyTexts = {
  title: { en: 'Keys', zh: '键盘快捷键' },
  palette: { en: 'Find anything', zh: '查找任何内容' },
  filter: { en: 'Filter the list, or search', zh: '筛选列表或搜索' },
  goHome: { en: 'Go to the start', zh: '前往首页' },
  goProjects: { en: 'Go to the projects', zh: '前往项目' },
  goSearch: { en: 'Go to the search', zh: '前往搜索' },
  goActivity: { en: 'Go to the activity', zh: '前往活动' },
  rows: { en: 'Next or previous row', zh: '下一行或上一行' },
  open: { en: 'Open the row', zh: '打开该行' },
  choose: { en: 'Select the row', zh: '选择该行' },
  copyCommand: { en: 'Copy the command of the page', zh: '复制本页的命令' },
  copyAddress: { en: 'Copy the address of the page', zh: '复制本页的地址' },
  theme: { en: 'Next theme', zh: '切换主题' },
  help: { en: 'This list', zh: '显示此列表' },
  close: { en: 'Close what is open', zh: '关闭弹窗' },
  followedBy: { en: 'then', zh: '然后' },
  or: { en: 'or', zh: '或' },
  offText: {
    en: 'Keys without Ctrl or ⌘ are switched off.',
    zh: '不带 Ctrl 或 ⌘ 的快捷键已关闭。',
  },
  preference: { en: 'Switch them on or off in your account', zh: '可在我的账户中开启或关闭' },
  addressCopied: { en: 'The address was copied', zh: '已复制地址' },
} as const satisfies Texts;
