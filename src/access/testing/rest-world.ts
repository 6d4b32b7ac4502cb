import assert from 'node:assert/strict';
import { Secret } from '../../lib/secret.ts';
import { Passwords } from '../../platform/crypto/password.ts';
import { testMasterKey } from '../../platform/crypto/test-master-key.testing.ts';
import type { Database } from '../../platform/db/database.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { type dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { Settings } from '../../platform/settings/settings.ts';
import { admit } from '../admit.ts';
import { firstRun } from '../first-run.ts';
import { anonymous, type Principal } from '../principal.ts';
import type { RestRoute } from '../rest-route.ts';
import { insertUser } from '../users/user-writes.ts';

export interface RestWorld extends AsyncDisposable {
  readonly db: Database;
  readonly settings: Settings;
  /** `who` is `admin`, `alice`, `bob` or nobody (''); parameters and body are taken as bound. */
  ask(operationId: string, who: string, given?: { parameters?: object; body?: object }): Promise<ApiAnswer>;
}

const users: Readonly<Record<string, Principal>> = {
  admin: { kind: 'user', id: 1, username: 'admin' },
  alice: { kind: 'user', id: 3, username: 'alice' },
  bob: { kind: 'user', id: 4, username: 'bob' },
};

/** The routes of a folder over a fresh database, behind the check of rights, without HTTP in front. */
export async function openRestWorld(
  dialect: (typeof dialects)[number],
  routesOf: (deps: { readonly db: Database; readonly settings: Settings }) => readonly RestRoute[],
): Promise<RestWorld> {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const first = {
    db,
    passwords: new Passwords(),
    keepInitialPassword: ignore,
    forgetInitialPassword: ignore,
  };
  await firstRun(first, { password: new Secret('Correct-Horse-7'), allowWeak: false });
  await db.transaction(async (tx) => {
    for (const [id, username] of [
      [3, 'alice'],
      [4, 'bob'],
    ] as const)
      await insertUser(tx, { id, username, passwordHash: null, now: 0, deletedAt: null });
    await raiseSequence(tx, 'user');
  });
  const signIn = (header = '') => {
    const principal = users[header.replace('Basic ', '')] ?? anonymous;
    return Promise.resolve({ principal, passwordVersion: 1 });
  };
  const settings = await Settings.open({ db, masterKey: testMasterKey(), log: quiet });
  const routes = routesOf({ db, settings }).map((route) => admit({ db, signIn }, route));
  return {
    db,
    settings,
    ask: (operationId, who, given = {}) => {
      const route = routes.find((each) => each.operationId === operationId);
      assert.ok(route !== undefined);
      const defaults = Object.entries(route.parameters).map(([name, { schema }]) => [name, schema.default]);
      return route.answer({
        parameters: { ...Object.fromEntries(defaults), ...given.parameters },
        body: given.body,
        path: route.path,
        query: new Map(),
        context: { id: 'r', clientAddress: '127.0.0.1', client: 'test', principal: '' } as never,
        method: route.method,
        header: () => undefined,
        authorization: `Basic ${who}`,
        host: undefined,
      });
    },
    [Symbol.asyncDispose]: async () => {
      await settings[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const ignore = (): Promise<void> => Promise.resolve();
