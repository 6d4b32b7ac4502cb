import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../ui/text/say.ts';
import { presets, type Robot } from './rights.ts';
import { rightsInWords } from './rights-in-words.ts';
import { robotsTexts } from './text.ts';

type Permissions = NonNullable<Robot['permissions']>;

function told(permissions: Permissions): readonly string[] {
  return (['en', 'zh'] as const).map((language) =>
    rightsInWords({ permissions }, language, say(robotsTexts, language)),
  );
}

function inProject(rights: readonly string[], repositories: readonly string[] = []): Permissions[number] {
  const access = rights.map((right) => {
    const [resource = '', action = ''] = right.split(':');
    return { resource, action };
  });
  return { kind: 'project', namespace: 'ci', access, repositories };
}

test('one right or two of a robot account are named, those of the form by its words, others counted', () => {
  assert.deepEqual(told([inProject(['repository:push'])]), ['push to ci', '向 ci 推送']);
  assert.deepEqual(told([inProject(['repository:pull'], ['api', 'web'])]), [
    'pull from ci/api, pull from ci/web',
    '从 ci/api 拉取、从 ci/web 拉取',
  ]);
  assert.deepEqual(told([inProject(presets.pull)]), ['Pull only', '仅拉取']);
  assert.deepEqual(told([inProject(['tag:list', 'tag:create', 'tag:delete'])]), [
    '3 permissions',
    '3 项权限',
  ]);
  const denied = { resource: 'repository', action: 'push', effect: 'deny' };
  assert.deepEqual(told([{ kind: 'project', namespace: 'ci', access: [denied] }]), [
    '1 permission',
    '1 项权限',
  ]);
});
