import type { Texts } from '../../../ui/text/say.ts';

export const explainTexts = {
  title: { en: 'Explain access', zh: '解释访问决策' },
  intro: {
    en: 'Whether somebody may do something somewhere, why, and what would be enough. The address of the answer can be sent to others.',
    zh: '某人能否在某处执行某项操作、原因是什么、需要怎样的授权。结果页的地址可以发送给他人。',
  },
  who: { en: 'Who', zh: '对象' },
  whoHelp: {
    en: 'bob, or a robot account as lists show it; empty: yourself.',
    zh: '例如 bob，或列表中显示的机器人账户名；留空表示自己。',
  },
  action: { en: 'What', zh: '操作' },
  actionHelp: {
    en: 'pull, push, delete, read, or a permission such as artifact:delete.',
    zh: 'pull、push、delete、read，或 artifact:delete 等具体权限。',
  },
  where: { en: 'Where', zh: '范围' },
  whereHelp: {
    en: 'A project (pay), a repository (pay/api), a tag (pay/api:v1), with the host before it too, or system.',
    zh: '项目（pay）、仓库（pay/api）、Tag（pay/api:v1，可带主机名）或 system。',
  },
  ask: { en: 'Explain', zh: '解释' },
  change: { en: 'Change', zh: '修改' },
  yes: { en: 'Allowed', zh: '允许' },
  blocked: { en: 'Has the right, but something stands in the way', zh: '拥有权限，但操作受阻' },
  no: { en: 'Refused', zh: '拒绝' },
  hidden: { en: 'They are told that it does not exist.', zh: '对方得到的答复是“不存在”。' },
  hiddenSelf: {
    en: 'It does not exist, or you have no access to it: which of both you are not told.',
    zh: '该对象不存在，或你没有访问权限：系统不会说明是哪一种情况。',
  },
  missing: { en: 'There is no such repository yet.', zh: '目前没有该仓库。' },
  missingTag: {
    en: 'There is no such tag: whoever pulls it is told that it is unknown.',
    zh: '目前没有该 Tag：拉取时得到的答复是“不存在”。',
  },
  everybody: { en: 'The project is public: everybody may.', zh: '项目是公开的，任何人都可以。' },
  deciding: { en: 'What decides', zh: '起决定作用的授权' },
  nearest: { en: 'What nearly is enough', zh: '最接近的授权' },
  lacksTime: { en: 'It has ended.', zh: '该授权已到期。' },
  lacksTags: { en: 'It is for other tags.', zh: '该授权限定了其他 Tag。' },
  lacksPlace: { en: 'It is for another place.', zh: '该授权的范围不同。' },
  lacksRight: { en: 'It does not give this right.', zh: '该授权不包含此权限。' },
  gates: { en: 'What stands in the way', zh: '受阻原因' },
  enough: { en: 'What would be enough', zh: '满足条件的授权' },
  askThem: { en: 'Who can grant it', zh: '可授予者' },
  grant: { en: 'Grant it', zh: '授予' },
  may: {
    en: (who: string, phrase: string) => `${who} may ${phrase}`,
    zh: (who: string, phrase: string) => `${who} 可以${phrase}`,
  },
  mayNot: {
    en: (who: string, phrase: string) => `${who} may not ${phrase}`,
    zh: (who: string, phrase: string) => `${who} 不可以${phrase}`,
  },
  youMay: {
    en: (phrase: string) => `You may ${phrase}`,
    zh: (phrase: string) => `你可以${phrase}`,
  },
  youMayNot: {
    en: (phrase: string) => `You may not ${phrase}`,
    zh: (phrase: string) => `你不可以${phrase}`,
  },
  disabled: {
    en: (answer: string) => `${answer}: the account is disabled`,
    zh: (answer: string) => `${answer}：账户已停用`,
  },
  ended: {
    en: (answer: string) => `${answer}: the account has ended`,
    zh: (answer: string) => `${answer}：账户已到期`,
  },
  clientGets: { en: 'What the client gets:', zh: '客户端收到的答复：' },
  reason: { en: 'The reason:', zh: '原因：' },
  reasonHidden: {
    en: 'The reason, for administrators; clients are not told it:',
    zh: '原因（仅供管理员查看，客户端不会收到）：',
  },
  askProject: {
    en: (names: string) => `Whom to ask: ${names}, who can give access to the project.`,
    zh: (names: string) => `可联系：${names}（可授予该项目的权限）。`,
  },
  askRegistry: {
    en: 'Whom to ask: an administrator of this registry, or whoever told you the name.',
    zh: '可联系：系统管理员，或告诉你该名称的人。',
  },
} as const satisfies Texts;
