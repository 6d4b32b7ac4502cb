import type { Text } from '../../lib/text/language.ts';

export const consoleTexts = {
  needsScript: {
    en: 'This page needs JavaScript. The command line and the REST API do without: /devcenter-api-2.0',
    zh: '本页面需要 JavaScript。命令行与 REST API 则不需要：/devcenter-api-2.0',
  },
  notBuilt: {
    en: 'The console of this installation was not built. In the folder of the installation, with the permission to write there, run: npm ci && npm run build:console. Pushing, pulling, the command line and the REST API work without it.',
    zh: '此安装尚未构建控制台。请在安装目录中（需有写权限）执行：npm ci && npm run build:console。推送、拉取、命令行与 REST API 不受影响。',
  },
} as const satisfies Record<string, Text>;
