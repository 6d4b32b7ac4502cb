// What a preview of retention says is what its run moves to the trash, and what a collection then frees.

import { after, test } from 'node:test';
import { requireFreedAsTold } from '../harness/freed-as-told.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const server = await database.start('one', { env: { BERTH_GC_WINDOW: '0s' } });

test("a preview's numbers are what the run moves to the trash, and what the collection behind it frees, to the byte", () =>
  requireFreedAsTold(server));
