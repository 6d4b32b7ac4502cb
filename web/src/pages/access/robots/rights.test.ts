import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDraft, presetsFor, robotBody } from './rights.ts';

test('a robot of a project has one list of permissions, limited to the repositories that are named', () => {
  const draft = { ...emptyDraft, name: ' ci ', preset: 'custom' as const, chosen: new Set(['tag:list']) };
  const body = robotBody(
    { ...draft, repositories: 'api, team/**', projects: 'other' },
    { project: 'pay', all: [] },
  );
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
  const body = robotBody({ ...emptyDraft, projects: 'pay, shop' }, { project: undefined, all: [] });
  assert.deepEqual(
    body.permissions?.map(({ namespace }) => namespace),
    ['pay', 'shop'],
  );
  assert.equal(body.level, 'system');
});

test('pushing alone is offered in projects, where it brings pulling; everything is what the server lists', () => {
  assert.ok(presetsFor('pay').includes('pushOnly') && !presetsFor(undefined).includes('pushOnly'));
  const access = (preset: 'pushOnly' | 'all') =>
    robotBody({ ...emptyDraft, preset }, { project: 'pay', all: ['tag:list', 'robot:read'] }).permissions?.[0]
      ?.access;
  assert.deepEqual(access('pushOnly'), [{ resource: 'repository', action: 'push' }]);
  assert.deepEqual(access('all'), [
    { resource: 'tag', action: 'list' },
    { resource: 'robot', action: 'read' },
  ]);
});

test('what is not about content goes without a limit to repositories, which the server refuses for it', () => {
  const limited = (preset: 'push' | 'all') =>
    robotBody(
      { ...emptyDraft, preset, repositories: 'api' },
      { project: 'pay', all: ['tag:list', 'robot:read'] },
    ).permissions?.[0]?.repositories;
  assert.deepEqual([limited('push'), limited('all')], [['api'], undefined]);
});
