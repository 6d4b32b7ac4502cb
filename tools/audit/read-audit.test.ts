import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAudit } from './read-audit.ts';

const metadata = { dependencies: { prod: 80 } };

test('a report without vulnerabilities is one, of so many packages', () => {
  const report = { auditReportVersion: 2, vulnerabilities: {}, metadata };
  assert.deepEqual(readAudit(JSON.stringify(report)), { kind: 'asked', packages: 80, found: [] });
});

test('what is known of a package is told with its range, severity and title', () => {
  const via = [{ title: 'Prototype pollution', url: 'https://example.org' }, 'other'];
  const vulnerabilities = { x: { severity: 'high', range: '<1.2.3', via } };
  const answer = readAudit(JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata }));
  assert.deepEqual(answer.kind === 'asked' && answer.found, ['x <1.2.3: high, Prototype pollution']);
});

test('a registry that cannot be asked, and an answer that is none, never count as good news', () => {
  const why = (text: string): string => {
    const answer = readAudit(text);
    assert.equal(answer.kind, 'unanswered');
    return answer.kind === 'unanswered' ? answer.why : '';
  };
  const refused = { message: '405 Method Not Allowed', statusCode: 405, error: { summary: '' } };
  assert.equal(why(JSON.stringify(refused)), '405 Method Not Allowed');
  assert.equal(why(JSON.stringify({ error: { summary: 'no network' } })), 'no network');
  assert.match(why(''), /no JSON/);
  assert.match(why('{}'), /no report/);
  assert.match(why(JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })), /no package/);
});
