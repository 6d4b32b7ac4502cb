// The race of `race.test.ts` by two instances on one PostgreSQL, of which the first one is killed in the second half.

import { test } from 'node:test';
import { SharedDatabase } from '../../postgres/two-servers.ts';
import { long, race, withoutWindow, withWindow } from './race.ts';

for (const form of [withWindow, withoutWindow])
  test(`collections without pause of two instances break no acknowledged image, with a window of ${form.window}`, async (t) => {
    await using database = await SharedDatabase.create();
    const env = { BERTH_GC_WINDOW: form.window };
    await using one = await database.start('one', { env });
    await using two = await database.start('two', { env });
    const servers = [one, two];
    await race(t, { ...form, servers, seed: `two ${form.window}` });
    const killEveryMs = long ? 20_000 : 14_000;
    const least = form.least / 4;
    await race(t, { ...form, least, servers, seed: `two killed ${form.window}`, killEveryMs });
  });
