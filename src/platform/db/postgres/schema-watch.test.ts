import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { migrations } from '../migrations.ts';
import { SchemaWatch } from './schema-watch.ts';

const known = migrations.at(-1)?.version ?? 0;

interface World {
  readonly lines: string[];
  readonly watch: SchemaWatch;
  needed: number | Error;
}

function open(): World {
  const lines: string[] = [];
  const log = (level: string) => (_facts: object, message: string) => lines.push(`${level}: ${message}`);
  const world: World = {
    lines,
    needed: known,
    watch: new SchemaWatch({
      minCompatibleVersion: () =>
        world.needed instanceof Error ? Promise.reject(world.needed) : Promise.resolve(world.needed),
      log: { info: log('info'), warn: log('warn'), error: log('error') },
    }),
  };
  return world;
}

test('a server that the schema leaves behind refuses everything until the schema is back', async () => {
  const world = open();
  using watch = world.watch;
  await watch.look();
  watch.refuseOutgrown();
  assert.equal(watch.problem, undefined);
  world.needed = known + 1;
  await watch.look();
  await watch.look();
  assert.match(watch.problem ?? '', /a newer version has changed the database/);
  assert.throws(
    () => watch.refuseOutgrown(),
    (error) => error instanceof AppError && error.row.status === 503 && error.message === watch.problem,
  );
  assert.deepEqual(world.lines, [`error: ${watch.problem ?? ''}; replace it by the newer version`]);
  world.needed = known;
  await watch.look();
  watch.refuseOutgrown();
  assert.deepEqual(world.lines.slice(1), ['info: the schema is one that this server knows']);
});

test('a database that does not answer says nothing about its schema', async () => {
  const world = open();
  using watch = world.watch;
  world.needed = new Error('it is away');
  await watch.look();
  watch.refuseOutgrown();
  world.needed = known + 1;
  await watch.look();
  world.needed = new Error('it is away');
  await watch.look();
  assert.throws(() => watch.refuseOutgrown());
});
