import { plainNumber } from '../../../lib/text/natural-key.ts';

export interface Version {
  /** What its patch releases have in common: `1.4`, and what is behind the numbers without its own: `1.4-alpine`. */
  readonly line: string;
  /** The numbers by which releases of a line are ordered, leading zeros gone. */
  readonly numbers: readonly string[];
}

const shape = /^v?(\d{1,40})\.(\d{1,40})\.(\d{1,40})(.*)$/;

/** Of a tag like `v1.4.12` or `1.4.12-alpine3.20`; undefined: it is no version with a patch number. */
export function versionOf(tag: string): Version | undefined {
  const [, major, minor, patch, rest = ''] = shape.exec(tag) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const line = `${plainNumber(major)}.${plainNumber(minor)}${rest.replaceAll(/\d+/g, '')}`;
  return { line, numbers: [patch, ...(rest.match(/\d+/g) ?? [])].map(plainNumber) };
}

/** Below 0: the first is the lower one. */
export function compareVersions({ numbers: a }: Version, { numbers: b }: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left, right] = [a[at] ?? '', b[at] ?? ''];
    // As numbers, however long: the longer one is larger.
    if (left.length !== right.length) return left.length - right.length;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
