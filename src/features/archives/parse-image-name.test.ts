import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { parseImageName } from './parse-image-name.ts';
import { placeImage } from './place-image.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('a name loses the registry that it came from, by the rule of Docker', () => {
  const rows: Readonly<Record<string, readonly [string | undefined, string | undefined]>> = {
    'registry.example:5000/team/app:v1': ['team/app', 'v1'],
    'localhost/team/app': ['team/app', undefined],
    'docker.io/library/nginx:1': ['nginx', '1'],
    'docker.io/grafana/grafana:1': ['grafana/grafana', '1'],
    'nginx:1': ['nginx', '1'],
    'team/app:v1': ['team/app', 'v1'],
    [`team/app@${digest}`]: ['team/app', undefined],
    v1: [undefined, 'v1'],
  };
  for (const [text, expected] of Object.entries(rows)) {
    const { repository, tag } = parseImageName(text);
    assert.deepEqual([repository, tag], expected, text);
  }
});

test('what can be no name is refused', () => {
  for (const text of [
    '',
    'Team/App:v1',
    'team/app:',
    'a//b:c',
    '../x:y',
    'a@b',
    `a@${digest}@${digest}`,
    'a:b:c',
  ])
    assert.throws(() => parseImageName(text), ArchiveProblem, text);
});

test('an image goes where it is told to, and keeps of its name what is not told', () => {
  const name = parseImageName('registry.example/team/app:v1');
  assert.deepEqual(placeImage(name, undefined), { repository: 'team/app', tag: 'v1' });
  assert.deepEqual(placeImage(name, 'mirror/'), { repository: 'mirror/team/app', tag: 'v1' });
  assert.deepEqual(placeImage(name, 'desk/app'), { repository: 'desk/app', tag: 'v1' });
  assert.deepEqual(placeImage(name, 'my.team/app:v2'), { repository: 'my.team/app', tag: 'v2' });
  assert.deepEqual(placeImage(undefined, 'desk/app'), { repository: 'desk/app', tag: undefined });
  for (const to of [undefined, 'mirror/'])
    assert.throws(() => placeImage(parseImageName('v1'), to), /nameNeeded/);
});
