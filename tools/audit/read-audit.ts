/** What `npm audit --json` said. */
export type AuditAnswer =
  | { readonly kind: 'asked'; readonly packages: number; readonly found: readonly string[] }
  /** Nothing was checked: that is neither good nor bad news. */
  | { readonly kind: 'unanswered'; readonly why: string };

interface Report {
  readonly auditReportVersion?: number;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly range: string; readonly via: readonly unknown[] }>
  >;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
}

/** @param text what it printed on standard output, whatever it ended with */
export function readAudit(text: string): AuditAnswer {
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch {
    return { kind: 'unanswered', why: `npm printed no JSON: ${text.slice(0, 200)}` };
  }
  const { auditReportVersion, vulnerabilities, metadata } = report;
  if (auditReportVersion === undefined || vulnerabilities === undefined)
    return {
      kind: 'unanswered',
      why: report.message ?? report.error?.summary ?? 'npm gave no report and no reason',
    };
  const packages = metadata?.dependencies?.prod ?? 0;
  if (packages === 0) return { kind: 'unanswered', why: 'npm looked at no package' };
  const found = Object.entries(vulnerabilities).map(
    ([name, { severity, range, via }]) => `${name} ${range}: ${severity}${titlesOf(via)}`,
  );
  return { kind: 'asked', packages, found };
}

function titlesOf(via: readonly unknown[]): string {
  const titles = via.flatMap((each) =>
    typeof each === 'object' && each !== null && 'title' in each ? [String(each.title)] : [],
  );
  return titles.length === 0 ? '' : `, ${titles.join('; ')}`;
}
