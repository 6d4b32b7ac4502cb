/** What a text of a setting has to look like, by what it is: for people, behind the name of the setting. */
export const settingForms = {
  'mail server': 'must be host:port (STARTTLS), or that with tls:// or plain:// before it',
  'mail address': 'must be a mail address such as berth@example.com',
  recipients: 'must be domains or mail addresses, separated by commas',
  'syslog server': 'must be host:port, or that with udp://, tcp:// or tls:// before it',
  'visible characters': 'must have no control characters',
  price: 'must be a number such as 0.023, with at most 6 digits behind the point',
  currency: 'must be a name of a currency such as EUR',
  'tag list': 'must be tags such as v* or release-?.*, separated by commas',
  'member list':
    'must be group=role, separated by commas; roles are projectAdmin, maintainer, developer, guest, limitedGuest',
  'project names': 'must be lower-case letters, digits and . _ -, with * for anything',
  'one word': 'must not be blank, nor have spaces or colons',
} as const;

export type SettingForm = keyof typeof settingForms;
