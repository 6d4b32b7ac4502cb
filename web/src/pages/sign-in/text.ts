import type { Texts } from '../../ui/text/say.ts';

export const signInPageTexts = {
  title: { en: 'Sign in', zh: '登录' },
  lead: { en: 'Container registry', zh: '容器镜像仓库' },
  browse: { en: 'Look at public projects without signing in', zh: '不登录，浏览公开项目' },
  forgotten: { en: 'Password forgotten?', zh: '忘记密码？' },
  forgottenText: {
    en: 'An administrator can set a new one. The administrator finds the first password where the server told it at its first start, and sets another one on the machine of the server:',
    zh: '管理员可以为你重设密码。管理员的初始密码见服务器首次启动时的输出；也可以在服务器所在机器上重设：',
  },
  command: { en: 'Command to set a new password', zh: '重设密码的命令' },
} as const satisfies Texts;
