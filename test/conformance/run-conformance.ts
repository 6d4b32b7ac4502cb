// The conformance program of the distribution specification, and what it reports. A mistake in its configuration
// makes it end with 0 and write nothing, so its files count, not how it ended.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import type { Account } from '../harness/accounts.ts';
import { clientTool } from '../harness/client-tool.ts';
import { runProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

export interface Check {
  readonly name: string;
  readonly status: string;
  /** Why it failed or was left out. */
  readonly cause: string;
}

export interface Report {
  /** Of the specification that was tested. */
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Check[];
  readonly disabled: number;
  readonly failures: readonly Check[];
}

export async function runConformance(input: {
  readonly port: number;
  readonly who: Account;
  /** File of the certificate with which it is HTTPS. */
  readonly ca?: string;
  /** Variables of the program beside the address and the account. */
  readonly env: Readonly<Record<string, string>>;
}): Promise<Report> {
  const program = await clientTool('conformance');
  const folder = temporaryFolder();
  const registry = `127.0.0.1:${input.port}`;
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  const { text } = await runProgram(program, [], {
    cwd: folder,
    env: {
      OCI_REGISTRY: registry,
      ...(input.ca === undefined ? { OCI_TLS: 'disabled' } : { OCI_TLS: 'enabled', SSL_CERT_FILE: input.ca }),
      OCI_USERNAME: input.who.username,
      OCI_PASSWORD: input.who.password,
      OCI_RESULTS_DIR: join(folder, 'results'),
      ...input.env,
    },
    limitMs: 5 * 60_000,
  });
  const file = join(folder, 'results', 'results.yaml');
  const written = statSync(file, { throwIfNoEntry: false });
  assert.ok(written !== undefined, `the program wrote no results:\n${text.slice(-4000)}`);
  assert.ok(written.size > 0 && written.mtimeMs >= startedAt, 'results.yaml is not of this run');
  const { config } = parse(readFileSync(file, 'utf8')) as { config: { registry: string; version: string } };
  assert.equal(config.registry, registry);
  return readReport(config.version, readFileSync(join(folder, 'results', 'junit.xml'), 'utf8'));
}

function readReport(version: string, junit: string): Report {
  const checks = [...junit.matchAll(/<testcase ([^>]*)>(.*?)<\/testcase>/gs)].map(
    ([, head = '', body = '']) => ({
      name: attribute(head, 'name'),
      status: attribute(head, 'status'),
      cause: unescaped(/<system-out>(.*?)<\/system-out>/s.exec(body)?.[1] ?? ''),
    }),
  );
  const suites = /<testsuites ([^>]*)>/.exec(junit)?.[1] ?? '';
  const count = (name: string): number => Number(attribute(suites, name) || '0');
  const failed = count('failures') + count('errors');
  const disabled = count('disabled');
  return {
    version,
    passed: count('tests') - failed - disabled - count('skipped'),
    failed,
    disabled,
    skipped: checks.filter(({ status }) => status === 'skipped'),
    failures: checks.filter(({ status }) => status === 'failure' || status === 'error'),
  };
}

function attribute(head: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1] ?? '');
}

function unescaped(text: string): string {
  const signs: Record<string, string> = {
    '#34': '"',
    '#39': "'",
    '#xA': '\n',
    '#x9': '\t',
    amp: '&',
    lt: '<',
    gt: '>',
  };
  return text.replaceAll(/&(#34|#39|#xA|#x9|amp|lt|gt);/g, (_, sign: string) => signs[sign] ?? '');
}

/** The totals, and what was left out: each kind once, with how often. */
export function tell(t: TestContext, { version, passed, failed, skipped, disabled }: Report): void {
  t.diagnostic(
    `conformance ${version}: ${passed} passed, ${failed} failed, ${skipped.length} skipped, ${disabled} disabled`,
  );
  const kinds = new Map<string, number>();
  for (const { name, cause } of skipped) {
    const kind = `${name.slice(name.lastIndexOf('/') + 1)}: ${cause}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of kinds) t.diagnostic(`skipped ${count} times: ${kind}`);
}

/** Fails with the names of what failed. */
export function assertConforms(report: Report, { passes }: { readonly passes: number }): void {
  const named = report.failures.map(({ name, cause }) => `${name}: ${cause}`);
  assert.equal(report.failed, 0, `${report.failed} checks failed\n${named.join('\n')}`);
  assert.ok(report.passed >= passes, `${report.passed} checks passed; at least ${passes} have to`);
}
