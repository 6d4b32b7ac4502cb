import type { Texts } from '../../ui/text/say.ts';

/** Why something was refused, by the code that the log has; its own sentence, which tells more, is English. */
export const refusalTexts = {
  ACCESSORY_COPY: {
    en: 'What is about an artifact is copied with it.',
    zh: '关联制品只能随其制品一并拷贝。',
  },
  ADDRESS_UNKNOWN: { en: 'There is nothing at this address.', zh: '该地址没有任何内容。' },
  ARTIFACT_IN_USE: { en: 'Another artifact needs this one.', zh: '其他制品仍需要该制品。' },
  BLOB_UNKNOWN: { en: 'The repository has no such blob.', zh: '仓库中没有该数据块。' },
  BLOB_UPLOAD_UNKNOWN: { en: 'There is no such upload.', zh: '没有该上传。' },
  BODY_TOO_LARGE: { en: 'The request is too large.', zh: '请求过大。' },
  CONFLICT: { en: 'Something stands in the way.', zh: '已有同名或冲突的内容。' },
  CONTENT_TOO_LARGE: { en: 'This is too large to be shown.', zh: '内容过大，无法显示。' },
  DENIED: { en: 'This account may not do that.', zh: '该账户没有执行此操作的权限。' },
  LAST_ADMIN: { en: 'This is the last administrator.', zh: '这是最后一个可以登录的系统管理员。' },
  MANIFEST_TOO_LARGE: { en: 'The manifest is too large.', zh: '清单过大。' },
  MANIFEST_UNKNOWN: { en: 'The repository has no such manifest.', zh: '仓库中没有该清单。' },
  NAME_UNKNOWN: { en: 'There is no such repository.', zh: '没有该仓库。' },
  NOT_A_ROBOT: { en: 'That is only for robot accounts.', zh: '仅适用于机器人账户。' },
  NOT_A_USER: { en: 'That is only for users.', zh: '仅适用于用户。' },
  NOT_FOUND: { en: 'There is no such thing.', zh: '没有该内容，或无权查看。' },
  PRECONDITION: { en: 'This cannot be done as things are.', zh: '当前状态下无法执行此操作。' },
  PRECONDITION_FAILED: { en: 'The tag was changed meanwhile.', zh: 'Tag 在此期间已被修改。' },
  PROJECT_NOT_EMPTY: { en: 'The project contains repositories.', zh: '项目中仍有仓库。' },
  QUOTA_EXCEEDED: { en: 'The project would exceed its quota.', zh: '将超出项目的存储配额。' },
  READ_ONLY: { en: 'The system is in read-only mode.', zh: '系统处于只读模式。' },
  REGISTRATION_CLOSED: { en: 'Accounts are made by administrators only.', zh: '仅管理员可以创建账户。' },
  TAG_IMMUTABLE: { en: 'A rule of the project keeps this tag as it is.', zh: 'Tag 受项目的不可变规则保护。' },
  TLS_REQUIRED: { en: 'It has to be reached over HTTPS.', zh: '须通过 HTTPS 访问。' },
  TOO_MANY_REQUESTS: { en: 'Too many requests at once.', zh: '请求过多，请稍后再试。' },
  UNSUPPORTED: { en: 'That is not supported.', zh: '不支持该操作。' },
} as const satisfies Texts;

export function isRefusal(code: string): code is keyof typeof refusalTexts {
  return Object.hasOwn(refusalTexts, code);
}
