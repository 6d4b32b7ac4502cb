import type { Exemption } from './exemptions.ts';
import { matchesAny } from './places.ts';
import type { Violation } from './source-file.ts';

const listPath = 'tools/tidy/exemptions.ts';

function covers(exemption: Exemption, violation: Violation): boolean {
  return exemption.rule === violation.rule && matchesAny(violation.path, [exemption.path]);
}

function faultOf(exemption: Exemption, violations: Violation[], today: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(exemption.until)) return 'needs a last day as YYYY-MM-DD';
  if (exemption.why.trim() === '') return 'needs a reason';
  if (exemption.until < today) return `ended on ${exemption.until}: repair what it covers`;
  return violations.some((violation) => covers(exemption, violation))
    ? undefined
    : 'matches nothing: remove it';
}

/** `today` as YYYY-MM-DD. Entries that are past their day, incomplete or unused exempt nothing. */
export function applyExemptions(
  violations: Violation[],
  exemptions: readonly Exemption[],
  today: string,
): Violation[] {
  const valid = exemptions.filter((exemption) => faultOf(exemption, violations, today) === undefined);
  const left = violations.filter((violation) => !valid.some((exemption) => covers(exemption, violation)));
  const faults = exemptions.flatMap((exemption): Violation[] => {
    const fault = faultOf(exemption, violations, today);
    if (fault === undefined) return [];
    const message = `the exemption of ${exemption.path} from ${exemption.rule} ${fault}`;
    return [{ rule: 'exemption', path: listPath, line: 1, message }];
  });
  return [...left, ...faults];
}
