import { parseMailEndpoint } from '../../../platform/mail/mail-server.ts';
import type { Settings } from '../../../platform/settings/settings.ts';
import type { MailSettings } from './send-by-mail.ts';

export function mailSettingsOf(settings: Pick<Settings, 'get'>): MailSettings {
  return {
    server: () => {
      const endpoint = parseMailEndpoint(settings.get('smtp_server'));
      const from = settings.get('smtp_from');
      if (endpoint === undefined || from === '') return undefined;
      const [username, password] = [settings.get('smtp_username'), settings.get('smtp_password')];
      return { ...endpoint, from, username, password };
    },
    recipients: () => settings.get('smtp_recipients'),
  };
}
