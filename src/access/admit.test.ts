import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../lib/errors.ts';
import { dialects } from '../platform/db/testing/test-database.ts';
import type { ApiCall, Parameters } from '../platform/http/api/api-route.ts';
import { admit } from './admit.ts';
import { putGrant } from './grants/grant-writes.ts';
import { principalName } from './principal.ts';
import { type Asker, type RestRoute, restRoute } from './rest-route.ts';
import type { SessionRequest } from './sessions/session-sign-in.ts';
import { openRestWorld } from './testing/rest-world.ts';

const declared = { method: 'GET', tag: 't', summary: 's', answers: {}, refusals: [] } as const;
const path = { in: 'path', required: true, description: 'd', schema: { type: 'string' } } as const;

const routes: readonly RestRoute[] = [
  restRoute.system({
    ...declared,
    path: '/api/v2.0/users',
    operationId: 'system',
    needs: 'system',
    permission: 'user:list',
    parameters: {},
    run: async (_call, { principal }) => ({ status: 200, body: principalName(principal) }),
  }),
  restRoute.repository({
    ...declared,
    path: '/api/v2.0/projects/{project_name}/repositories/{repository_name}',
    operationId: 'repository',
    needs: 'repository',
    permission: 'repository:read',
    parameters: { project_name: path, repository_name: path },
    run: async (_call, { project, repository }) => ({ status: 200, body: [project.name, repository.path] }),
  }),
];

const status = (code: number) => (error: unknown) => error instanceof AppError && error.row.status === code;

for (const dialect of dialects) {
  test(`what is done to the system is for its administrators (${dialect})`, async () => {
    await using world = await openRestWorld(dialect, () => routes);
    assert.equal((await world.ask('system', 'admin')).body, 'admin');
    await assert.rejects(world.ask('system', 'alice'), status(403));
    await assert.rejects(world.ask('system', ''), status(401));
  });

  test(`a repository's name is decoded once more, and a right in it is enough (${dialect})`, async () => {
    await using world = await openRestWorld(dialect, () => routes);
    const ask = (who: string, repository_name: string, project_name = 'library') =>
      world.ask('repository', who, { parameters: { project_name, repository_name } });
    assert.deepEqual((await ask('admin', 'a%2Fb')).body, ['library', 'a/b']);
    assert.deepEqual((await ask('admin', 'a/b')).body, ['library', 'a/b']);
    await assert.rejects(ask('admin', 'a%'), status(400));
    await assert.rejects(ask('admin', 'A'), status(400));
    await assert.rejects(ask('admin', 'a', 'none'), status(404));
    await assert.rejects(ask('alice', 'a', 'none'), status(403));
    await assert.rejects(ask('', 'a/b'), status(401));
    await assert.rejects(ask('alice', 'a/b'), status(403));
    await world.db.transaction((tx) =>
      putGrant(tx, {
        kind: 'user',
        principalId: 3,
        role: 'guest',
        scope: 'repository',
        projectId: 1,
        repositoryPattern: 'a/**',
        tagPattern: null,
        expiresAt: null,
        now: 0,
      }),
    );
    assert.equal((await ask('alice', 'a/b')).status, 200);
    await assert.rejects(ask('alice', 'c'), status(403));
  });
}

test('rights of now are there as long as the sign-in, which is not used by asking', async () => {
  await using world = await openRestWorld(dialects[0] ?? 'sqlite', () => []);
  let asked: Asker['rightsNow'] | undefined;
  const route = restRoute.signedIn({
    ...declared,
    path: '/api/x',
    operationId: 'lasting',
    needs: 'signed-in',
    parameters: {},
    run: async (_call, { rightsNow }) => {
      asked = rightsNow;
      return { status: 200 };
    },
  });
  const alice = { kind: 'user', id: 3, username: 'alice' } as const;
  let counts = true;
  const renewals: (string | undefined)[] = [];
  const deps = {
    db: world.db,
    signIn: () => Promise.resolve({ principal: alice, passwordVersion: 1 }),
    stillCounts: () => Promise.resolve(counts),
    bySession: ({ header }: SessionRequest) => {
      renewals.push(header('x-harbor-no-session-renewal'));
      return Promise.resolve(counts ? alice : undefined);
    },
  };
  const call = {
    method: 'GET',
    context: { answerHeaders: {}, origin: '', prefix: '', clientAddress: '', client: '' },
    header: () => undefined,
  } as never as ApiCall<Parameters, undefined>;
  for (const authorization of ['Basic x', undefined]) {
    counts = true;
    await admit(deps, route).answer({ ...call, authorization });
    assert.deepEqual(await asked?.(), { grants: [], now: 0 });
    counts = false;
    assert.equal(await asked?.(), undefined);
  }
  assert.deepEqual(renewals, [undefined, 'true', 'true']);
});
