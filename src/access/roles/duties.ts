/**
 * The roles of the system beside its administrator, one for each duty, so that nobody has to be trusted with all of
 * them. They are given at the system only, to accounts and to groups.
 */
export const duties = ['operator', 'security-officer', 'auditor'] as const;

export type Duty = (typeof duties)[number];

/** What of the system each of them changes; of the auditor, what is read by nobody else. */
export const resourcesOfDuty: Readonly<Record<Duty, readonly string[]>> = {
  operator: [
    'configuration',
    'garbage-collection',
    'jobservice-monitor',
    'preheat-instance',
    'quota',
    'registry',
    'replication',
    'replication-adapter',
    'replication-policy',
    'system-volumes',
  ],
  'security-officer': ['blocked-digest', 'cve-allowlist', 'scan-all', 'scanner', 'security-hub'],
  auditor: ['audit-log', 'purge-audit'],
};

/** Whose duty it is to use a permission on the system. Undefined: nobody's alone, such as reading the configuration. */
export function dutyOf(permission: string): Duty | undefined {
  const [resource = '', action] = permission.split(':');
  const duty = duties.find((each) => resourcesOfDuty[each].includes(resource));
  return duty === 'auditor' || (action !== 'read' && action !== 'list') ? duty : undefined;
}

export function isDuty(role: string): role is Duty {
  return duties.some((duty) => duty === role);
}
