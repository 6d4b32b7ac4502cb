import { AsyncLocalStorage } from 'node:async_hooks';

const inside = new AsyncLocalStorage<true>();

/**
 * A query on the database itself inside a transaction's body would wait for ever on the one writer, or read an
 * older snapshot than the transaction does. Both are slips of the programmer, so they fail at once.
 */
export class NestedDbUse extends Error {
  override readonly name = 'NestedDbUse';
  readonly code = 'nested-db-use';
  constructor() {
    super('nested-db-use: inside a transaction only its tx may be used, not the database');
  }
}

export function runInside<T>(body: () => Promise<T>): Promise<T> {
  return inside.run(true, body);
}

export function refuseInside(): void {
  if (inside.getStore() === true) throw new NestedDbUse();
}
