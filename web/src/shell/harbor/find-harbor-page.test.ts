import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findMatch } from '../../ui/navigation/match.ts';
import type { Page } from '../../ui/navigation/page.ts';
import { addressOfHarborPage, findHarborPage } from './find-harbor-page.ts';

/** The routes of Harbor's portal 2.x, with a name, id, digest where it has a parameter. */
const portal = [
  '/harbor',
  '/harbor/projects',
  '/harbor/sign-in',
  '/account/sign-in',
  '/account/reset_password',
  '/oidc-onboard',
  '/harbor/projects/7',
  ...[
    'summary',
    'repositories',
    'repositories/team%252Fapp',
    'repositories/team%252Fapp/info-tab',
    'repositories/team%252Fapp/artifacts-tab',
    'repositories/team%252Fapp/artifacts-tab/artifacts/sha256:00',
    'repositories/team%252Fapp/artifacts-tab/depth/sha256:00',
    'members',
    'labels',
    'scanner',
    'p2p-provider/policies',
    'p2p-provider/a/executions/1/tasks',
    'tag-strategy/tag-retention',
    'tag-strategy/immutable-tag',
    'robot-account',
    'webhook',
    'webhook/executions/1/tasks',
    'logs',
    'logs/audit',
    'logs/audit-legacy',
    'configs',
  ].map((each) => `/harbor/projects/7/${each}`),
  ...[
    'logs',
    'logs/audit-log',
    'logs/audit-legacy-log',
    'users',
    'groups',
    'robot-accounts',
    'registries',
    'replications',
    'replications/3/tasks',
    'distribution/instances',
    'labels',
    'project-quotas',
    'interrogation-services/security-hub',
    'interrogation-services/scanners',
    'interrogation-services/vulnerability',
    'clearing-job/gc',
    'clearing-job/gc/4/tasks',
    'clearing-job/audit-log-purge',
    'job-service-dashboard/pending-jobs',
    'job-service-dashboard/schedules',
    'job-service-dashboard/workers',
    'configs/auth',
    'configs/security',
    'configs/setting',
  ].map((each) => `/harbor/${each}`),
];

async function allPages(): Promise<readonly Page[]> {
  const folder = join(import.meta.dirname, '../../pages');
  const modules = globSync('*/page.ts', { cwd: folder }).map(
    (file) => import(join(folder, file)) as Promise<{ readonly pages: readonly Page[] }>,
  );
  return (await Promise.all(modules)).flatMap(({ pages }) => pages);
}

test('every route of Harbor’s portal leads to a page that is there, or names the feature that it waits for', async (t) => {
  const pages = await allPages();
  const paths = pages.map(({ path }) => path);
  const faults: string[] = [];
  for (const route of portal) {
    const found = findHarborPage(paths, route);
    const to = found === undefined ? undefined : addressOfHarborPage(found, 'team');
    t.diagnostic(`${route} → ${to ?? `waits for ${found?.about}`}`);
    if (to === undefined ? found?.about === undefined : findMatch(pages, to) === undefined)
      faults.push(route);
  }
  assert.deepEqual(faults, []);
});

test('a project is named by its name, and a repository however often its slashes were encoded', () => {
  const paths = ['/p/:project', '/p/:project/r/:repository*', '/p/:project/r/:repository*/-/a/:digest'];
  for (const name of ['a%2Fb', 'a%252Fb', 'a/b']) {
    const page = findHarborPage(
      paths,
      `/harbor/projects/7/repositories/${name}/artifacts-tab/artifacts/sha256:00`,
    );
    assert.ok(page);
    assert.equal(page.projectId, '7');
    assert.equal(addressOfHarborPage(page, 'team'), '/p/team/r/a/b/-/a/sha256:00');
  }
});

test('the children of an index lead to its repository, which is not called like them', () => {
  const address = '/harbor/projects/7/repositories/a%2Fb/artifacts-tab/depth/sha256:00';
  const page = findHarborPage(['/p/:project/r/:repository*'], address);
  assert.ok(page);
  assert.equal(addressOfHarborPage(page, 'team'), '/p/team/r/a/b');
});

test('what goes on behind a known address leads to the same, and other addresses are none of Harbor’s', () => {
  const page = findHarborPage(['/jobs'], '/harbor/job-service-dashboard/workers/1/2');
  assert.equal(page?.pattern, '/jobs');
  for (const other of ['/p', '/harbors', '/', '/account'])
    assert.equal(findHarborPage(['/p'], other), undefined, other);
});
