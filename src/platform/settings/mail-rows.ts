import { parseMailEndpoint } from '../mail/mail-server.ts';
import { isMailbox } from '../mail/mailbox.ts';
import { isRecipientList } from '../mail/recipients.ts';
import { honoured, manyLetters, type SettingRow } from './setting-row.ts';

/** By whom mail is sent, and to whom. */
export const mailRows = {
  smtp_server: {
    type: 'string',
    fallback: '',
    maxLength: 300,
    fits: (text) => parseMailEndpoint(text) !== undefined,
    form: 'mail server',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'The server that takes mail of webhooks: host:port (STARTTLS is required of it), tls://host:port, or plain://host:port, to which no password is sent; empty: there is no mail.',
      zh: '接收 webhook 邮件的服务器：主机:端口（要求 STARTTLS）、tls://主机:端口，或 plain://主机:端口（不会向其发送密码）；为空表示不发送邮件。',
    },
  },
  smtp_username: {
    type: 'string',
    fallback: '',
    maxLength: 255,
    pattern: /^[^\p{Cc}]*$/u,
    form: 'visible characters',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'The account at that server; empty: none is asked for.',
      zh: '该服务器上的账户；为空表示无需登录。',
    },
  },
  smtp_password: {
    type: 'string',
    fallback: '',
    maxLength: 1024,
    sealed: true,
    face: 'w',
    use: honoured,
    doc: {
      en: 'Its password: encrypted in the database, and never shown.',
      zh: '该账户的密码：在数据库中加密保存，从不显示。',
    },
  },
  smtp_from: {
    type: 'string',
    fallback: '',
    maxLength: 254,
    fits: isMailbox,
    form: 'mail address',
    face: 'rw',
    use: honoured,
    doc: { en: 'The sender of mail: an address.', zh: '邮件的发件人地址。' },
  },
  smtp_recipients: {
    type: 'string',
    fallback: '',
    maxLength: manyLetters,
    fits: isRecipientList,
    form: 'recipients',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'To whom webhooks may send mail: domains and addresses, separated by commas; empty: anybody.',
      zh: 'webhook 可以向谁发送邮件：域名和地址，用逗号分隔；为空表示不限。',
    },
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
