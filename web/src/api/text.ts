import type { Texts } from '../ui/text/say.ts';

export const apiTexts = {
  away: { en: 'The server does not answer', zh: '服务器没有响应' },
  failed: { en: 'That did not work', zh: '操作未成功' },
  failedRemedy: {
    en: 'Try again. If it stays so, tell an administrator the request below: the log of the server has it.',
    zh: '请重试。若仍然失败，请把下方的请求编号告诉管理员，服务器日志中有对应记录。',
  },
  forbidden: { en: 'You may not see this', zh: '你没有查看的权限' },
  forbiddenRemedy: {
    en: 'An administrator of the project, or a system administrator, can give you a role.',
    zh: '项目管理员或系统管理员可以授予你角色。',
  },
  notFound: { en: 'It is not there', zh: '不存在' },
  notFoundRemedy: {
    en: 'It was deleted or renamed, or it is not for you to see.',
    zh: '可能已被删除或改名，也可能你无权查看。',
  },
  signInNeeded: { en: 'Sign in to see this', zh: '登录后可查看' },
  signInRemedy: { en: 'What is public can be seen without.', zh: '公开内容无需登录。' },
  notValid: { en: 'What was entered is not valid.', zh: '输入的内容不符合要求。' },
  signInFirst: { en: 'Sign in first.', zh: '请先登录。' },
  refused: { en: 'You may not do that, or a rule refuses it.', zh: '没有权限，或被项目规则拒绝。' },
  notThere: { en: 'It is not there, or not for you to see.', zh: '不存在，或你无权查看。' },
  inTheWay: { en: 'Something that is there stands in the way.', zh: '与现有内容冲突，例如名称已被使用。' },
  notAsThingsAre: { en: 'That cannot be done as things are.', zh: '当前状态下不能执行此操作。' },
  tooMany: { en: 'Too many requests.', zh: '请求过多，请稍后重试。' },
  noRoom: { en: 'The storage is full.', zh: '存储空间不足。' },
  broken: { en: 'This page has a fault', zh: '页面出现故障' },
  reload: { en: 'Load it again. What was saved is saved.', zh: '请重新加载。已保存的内容不会丢失。' },
} as const satisfies Texts;
