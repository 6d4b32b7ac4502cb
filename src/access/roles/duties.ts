/**
 * The roles of the system beside its administrator, one for each duty, so that nobody has to be trusted with all of
 * them. They are given at the system only, to accounts and to groups.
 */
export const duties = ['operator', 'security-officer', 'auditor'] as const;

export type Duty = (typeof duties)[number];

export function isDuty(role: string): role is Duty {
  return duties.some((duty) => duty === role);
}
