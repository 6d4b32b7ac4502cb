import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { createHealth, type HealthDeps } from './health.ts';

const well: HealthDeps = {
  askDatabase: () => Promise.resolve(),
  storageProblem: () => Promise.resolve(undefined),
  countMissing: () => Promise.resolve(0),
  snapshotProblem: () => Promise.resolve(undefined),
  forwardingProblem: () => Promise.resolve(undefined),
  certificateProblem: () => undefined,
  accessProblem: () => undefined,
};

async function broken(
  deps: HealthDeps,
): Promise<{ status: string; errors: Record<string, string | undefined> }> {
  const { status, components } = await createHealth(deps)();
  const ill = components.filter((each) => each.status === 'unhealthy');
  return { status, errors: Object.fromEntries(ill.map(({ name, error }) => [name, error])) };
}

test('everything is healthy when database and storage are', async () => {
  assert.deepEqual(await broken(well), { status: 'healthy', errors: {} });
});

test('the storage is told by the names of the parts that serve it', async () => {
  const told = await broken({ ...well, storageProblem: () => Promise.resolve('it is another one') });
  assert.deepEqual(told, {
    status: 'unhealthy',
    errors: { registry: 'it is another one', registryctl: 'it is another one' },
  });
});

test('damaged blobs are counted, up to a thousand', async () => {
  const told = async (count: number) =>
    (await broken({ ...well, countMissing: (limit) => Promise.resolve(Math.min(limit, count)) })).errors;
  assert.match((await told(3))['content'] ?? '', /^3 blobs are damaged or gone; /);
  assert.match((await told(5000))['content'] ?? '', /^more than 1000 blobs /);
});

test('an old snapshot is told, unless the database or the storage is away', async () => {
  const old = { ...well, snapshotProblem: () => Promise.resolve('it is old') };
  assert.deepEqual((await broken(old)).errors, { snapshots: 'it is old' });
  const away = await broken({ ...old, storageProblem: () => Promise.resolve('it is another one') });
  assert.deepEqual(Object.keys(away.errors), ['registry', 'registryctl']);
});

test('a database that fails is told, without what its driver says', async () => {
  const failing = [
    new Error('connect ECONNREFUSED db.internal:5432 user=berth'),
    new AppError('DATABASE_UNAVAILABLE'),
  ];
  for (const error of failing) {
    const { status, errors } = await broken({ ...well, askDatabase: () => Promise.reject(error) });
    assert.equal(status, 'unhealthy');
    assert.deepEqual(Object.keys(errors), ['database', 'jobservice', 'redis']);
    assert.equal(errors['database'], 'the database does not answer');
  }
});

test('a database that is silent is not waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told = broken({ ...well, askDatabase: () => new Promise(() => {}) });
  t.mock.timers.tick(3000);
  assert.equal((await told).errors['database'], 'the database does not answer');
});

test('the database is asked once, however many ask for its health', async () => {
  let asked = 0;
  const check = createHealth({
    ...well,
    askDatabase: () => {
      asked += 1;
      return Promise.resolve();
    },
  });
  await Promise.all(Array.from({ length: 100 }, check));
  assert.equal(asked, 1);
});

test('a storage that fails or is silent is told, and the rest is healthy', async (t) => {
  const errors = {
    registry: 'the storage does not answer',
    registryctl: 'the storage does not answer',
  };
  const failing = { ...well, storageProblem: () => Promise.reject(new Error('EIO: /srv/secret/place')) };
  assert.deepEqual(await broken(failing), { status: 'unhealthy', errors });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silent = broken({ ...well, storageProblem: () => new Promise(() => {}) });
  await nextTurn();
  t.mock.timers.tick(3000);
  assert.deepEqual(await silent, { status: 'unhealthy', errors });
});
