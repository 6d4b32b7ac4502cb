import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHarbor } from './from-harbor.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function whereTo(path: string): string | undefined {
  const target = fromHarbor(path);
  if (target === undefined) return undefined;
  return 'to' in target ? target.to : `${target.project} ${target.path('pay')}`;
}

test("pages of Harbor's portal lead to those of here", () => {
  for (const [path, to] of [
    ['/account/sign-in', '/signin'],
    ['/harbor', '/p'],
    ['/harbor/projects', '/p'],
    ['/harbor/projects/7', '7 /p/pay'],
    ['/harbor/projects/7/summary', '7 /p/pay/overview'],
    ['/harbor/projects/7/members', '7 /p/pay/access'],
    ['/harbor/projects/7/repositories', '7 /p/pay'],
    ['/harbor/projects/7/repositories/a%2Fb/artifacts-tab', '7 /p/pay/r/a/b'],
    ['/harbor/projects/7/repositories/a%252Fb', '7 /p/pay/r/a/b'],
    [`/harbor/projects/7/repositories/a/artifacts-tab/artifacts/${digest}`, `7 /p/pay/r/a/-/a/${digest}`],
    ['/harbor/users', '/admin/people'],
    ['/harbor/clearing-job/gc', '/storage'],
    ['/harbor/none', undefined],
  ] as const)
    assert.equal(whereTo(path), to, path);
});
