// Clients push, mount, push again and delete images whose layers overlap, while garbage is collected without pause: no image that
// was acknowledged breaks, no request fails by a fault of the server. The same while the server is killed again and again.

import { test } from 'node:test';
import { BerthServer } from '../../harness/start-server.ts';
import { long, race, withoutWindow, withWindow } from './race.ts';

for (const form of [withWindow, withoutWindow])
  test(`collections without pause break no acknowledged image, with a window of ${form.window}`, async (t) => {
    await using server = await BerthServer.start({ env: { BERTH_GC_WINDOW: form.window } });
    await race(t, { ...form, servers: [server], seed: `race ${form.window}` });
  });

test('collections without pause break no acknowledged image of a server that is killed again and again', async (t) => {
  const killEveryMs = long ? 20_000 : 8_000;
  for (const form of [withWindow, withoutWindow]) {
    await using server = await BerthServer.start({ env: { BERTH_GC_WINDOW: form.window } });
    await race(t, {
      ...form,
      least: form.least / 2,
      servers: [server],
      seed: `killed ${form.window}`,
      killEveryMs,
    });
  }
});
