/** In the order of the tabs. */
export const sections = ['signIn', 'projects', 'audit', 'operation', 'costs', 'elsewhere'] as const;
export type Section = (typeof sections)[number];

const beginnings: readonly [beginning: string, section: Section][] = [
  ['ldap_', 'elsewhere'],
  ['oidc_', 'elsewhere'],
  ['uaa_', 'elsewhere'],
  ['http_authproxy_', 'elsewhere'],
  ['auth_mode', 'elsewhere'],
  ['primary_auth_mode', 'elsewhere'],
  ['storage_price_', 'costs'],
  ['storage_currency', 'costs'],
  ['audit_', 'audit'],
  ['pull_audit_', 'audit'],
  ['skip_audit_', 'audit'],
  ['disabled_audit_', 'audit'],
  ['project', 'projects'],
  ['quota_per_project', 'projects'],
  ['storage_per_project', 'projects'],
  ['former_name_', 'projects'],
  ['retention_', 'projects'],
  ['self_registration', 'signIn'],
  ['session_', 'signIn'],
  ['token_', 'signIn'],
  ['robot_', 'signIn'],
  ['separation_of_duties', 'signIn'],
];

/** What no beginning names is about the operation of the server. */
export function sectionOf(name: string): Section {
  return beginnings.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'operation';
}

export function sectionNamed(name: string | undefined): Section {
  return sections.find((each) => each === name) ?? 'signIn';
}
