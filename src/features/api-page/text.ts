import type { Text } from '../../lib/text/language.ts';

export const pageTexts = {
  title: { en: 'Berth: REST API', zh: 'Berth：REST API' },
  intro: {
    en: 'Every operation that this server has, made from what it checks requests with. Summaries are in English, as in the document.',
    zh: '本服务器提供的全部接口，与其校验请求所用的声明同源。摘要为英文，与文档一致。',
  },
  document: { en: 'The same as an OpenAPI document', zh: 'OpenAPI 文档' },
  other: { en: '中文', zh: 'English' },
  groups: { en: 'Groups', zh: '分组' },
  needs: { en: 'Needs', zh: '所需权限' },
  parameters: { en: 'Parameters', zh: '参数' },
  name: { en: 'name', zh: '名称' },
  place: { en: 'in', zh: '位置' },
  type: { en: 'type', zh: '类型' },
  meaning: { en: 'meaning', zh: '含义' },
  required: { en: 'required', zh: '必填' },
  body: { en: 'Body', zh: '请求体' },
  answers: { en: 'Answers', zh: '响应' },
  refusals: { en: 'Refusals', zh: '拒绝' },
} as const satisfies Record<string, Text>;
