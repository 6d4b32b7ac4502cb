// What a preview of retention says is what its run moves to the trash, and what a collection then frees.

import { after, test } from 'node:test';
import { requireFreedAsTold } from '../harness/freed-as-told.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start({ env: { BERTH_GC_WINDOW: '0s' } });
after(() => server[Symbol.asyncDispose]());

test("a preview's numbers are what the run moves to the trash, and what the collection behind it frees, to the byte", () =>
  requireFreedAsTold(server));
