import type { Texts } from '../../ui/text/say.ts';

/** What values of settings mean that are chosen from a few. */
export const choiceTexts = {
  everyone: { en: 'everyone who has signed in', zh: '所有已登录者' },
  adminonly: { en: 'administrators only', zh: '仅管理员' },
  db_auth: { en: 'in this registry', zh: '本服务' },
  ldap_auth: { en: 'in an LDAP directory', zh: 'LDAP 目录' },
  uaa_auth: { en: 'at a UAA server', zh: 'UAA 服务器' },
  http_auth: { en: 'behind an authenticating proxy', zh: '认证代理' },
  oidc_auth: { en: 'at an OpenID Connect provider', zh: 'OpenID Connect 提供方' },
} as const satisfies Texts;
