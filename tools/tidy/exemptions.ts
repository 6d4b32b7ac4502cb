// Violations that are tolerated for a while. Each names its last day; after it, or once it matches nothing, the
// entry itself is a violation.

export type Exemption = {
  rule: string;
  /** A path or a glob. */
  path: string;
  /** Last day, YYYY-MM-DD. */
  until: string;
  why: string;
};

export const exemptions: readonly Exemption[] = [];
