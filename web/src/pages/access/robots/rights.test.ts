import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDraft, robotBody } from './rights.ts';

test('a robot of a project has one list of permissions, limited to the repositories that are named', () => {
  const draft = { ...emptyDraft, name: ' ci ', preset: 'custom' as const, chosen: new Set(['tag:list']) };
  const body = robotBody({ ...draft, repositories: 'api, team/**', projects: 'other' }, 'pay');
  assert.deepEqual(body, {
    name: 'ci',
    description: '',
    level: 'project',
    duration: 90,
    permissions: [
      {
        kind: 'project',
        namespace: 'pay',
        access: [{ resource: 'tag', action: 'list' }],
        repositories: ['api', 'team/**'],
      },
    ],
  });
});

test('a robot of the system has one list for each project that is named', () => {
  const body = robotBody({ ...emptyDraft, projects: 'pay, shop' }, undefined);
  assert.deepEqual(
    body.permissions?.map(({ namespace }) => namespace),
    ['pay', 'shop'],
  );
  assert.equal(body.level, 'system');
});
