import type { Texts } from '../../ui/text/say.ts';

/** Why a delivery failed: the sentences of the server, of which a name in braces stands for anything. */
export const problemTexts = {
  redirect: {
    en: 'the answer is {status}: redirects are not followed, set the address it leads to',
    zh: '响应为 {status}：不跟随重定向，请填写其指向的地址',
  },
  refusedByChat: {
    en: 'the answer is 200 with {field} {code}: {why}',
    zh: '响应为 200，{field} 为 {code}：{why}',
  },
  refusedByChatOnly: { en: 'the answer is 200 with {field} {code}', zh: '响应为 200，{field} 为 {code}' },
  status: { en: 'the answer is {status}', zh: '响应为 {status}' },
  unreachable: { en: '{host} cannot be reached', zh: '无法连接 {host}' },
  timeOut: { en: '{host} did not answer in time', zh: '{host} 未及时响应' },
  tooLarge: { en: 'the answer of {host} is larger than {bytes} bytes', zh: '{host} 的响应超过 {bytes} 字节' },
  notPublic: {
    en: '{host} is not on the public internet; an administrator has to permit its address',
    zh: '{host} 不在公共互联网上；需由系统管理员在 outgoing_addresses 中允许其地址',
  },
  notAllowed: {
    en: '{host} is not among the destinations that are allowed',
    zh: '{host} 不在允许的主机中；需由系统管理员将其加入 outgoing_hosts',
  },
  otherAddress: { en: 'another address answered', zh: '应答的是另一个地址' },
  otherName: { en: 'the certificate of {host} is for another name', zh: '{host} 的证书属于其他名称' },
  notTrusted: {
    en: 'the certificate of {host} is not trusted, or has ended',
    zh: '{host} 的证书不受信任或已过期',
  },
  noUrl: {
    en: 'this is no http or https URL, or one with a user in it',
    zh: '地址不是 http 或 https 地址，或包含用户名',
  },
  noTarget: { en: 'the webhook has no such target any more', zh: '该 Webhook 已没有这个目标' },
  otherType: { en: 'the target is of another type by now', zh: '目标的类型已改变' },
  switchedOff: { en: 'the webhook was switched off', zh: '该 Webhook 已停用' },
  otherKey: {
    en: 'the secrets of the webhook were encrypted with another master key: set them again',
    zh: '该 Webhook 的密钥由另一主密钥加密，请重新设置',
  },
  noMail: {
    en: 'there is no mail: an administrator has to set smtp_server and smtp_from',
    zh: '尚未配置邮件：需由系统管理员设置 smtp_server 和 smtp_from',
  },
  recipient: {
    en: '{address} may not receive mail: it is not among smtp_recipients',
    zh: '不能向 {address} 发送邮件：它不在 smtp_recipients 中',
  },
  noTls: {
    en: 'no password is sent without TLS: an administrator has to change smtp_server',
    zh: '没有 TLS 时不发送密码：需由系统管理员修改 smtp_server',
  },
  recipientsRefused: {
    en: '{count} of {all} recipients were refused: {why}',
    zh: '{all} 个收件人中有 {count} 个被拒绝：{why}',
  },
  mailAddress: {
    en: 'the address of the mail server is none that may be connected to',
    zh: '邮件服务器的地址不允许连接',
  },
  mailTimeOut: { en: 'the mail server did not answer in time', zh: '邮件服务器未及时响应' },
  mailAccount: {
    en: 'the mail server refuses the account of smtp_username: {why}',
    zh: '邮件服务器拒绝 smtp_username 账户：{why}',
  },
  mailTls: {
    en: 'no TLS could be had with the mail server, or its certificate is not trusted',
    zh: '无法与邮件服务器建立 TLS 连接，或其证书不受信任',
  },
  mailUnreachable: { en: 'the mail server cannot be reached', zh: '无法连接邮件服务器' },
  mailRefused: { en: 'the mail server refused the message: {why}', zh: '邮件服务器拒绝了该邮件：{why}' },
} as const satisfies Texts;
