import assert from 'node:assert/strict';
import type { Parameters, SdkDriver } from './sdk-driver.ts';

type Row = Readonly<Record<string, unknown>>;

export interface ListExpectation {
  readonly operation: string;
  readonly given?: Parameters;
  /** The field by which rows are told apart. */
  readonly by: string;
  /** What the list has, in its own order; three rows at least. */
  readonly all: readonly unknown[];
  /** Further parameters, and what is listed with them in this order. */
  readonly filter: readonly [Parameters, readonly unknown[]];
  readonly sort?: readonly [string, readonly unknown[]];
}

/** A list by pages of two, with a filter, and in another order. */
export async function expectList(driver: SdkDriver, list: ListExpectation): Promise<void> {
  const { operation, given = {}, by, all, filter, sort } = list;
  const rows = async (more: Parameters): Promise<unknown[]> =>
    (await pagesOf(driver, operation, { ...given, ...more })).map((row) => row[by]);
  assert.ok(all.length > 2, `${operation} has two pages`);
  assert.deepEqual(await rows({}), all);
  assert.deepEqual(await rows(filter[0]), filter[1]);
  assert.notDeepEqual(filter[1], all);
  if (sort === undefined) return;
  assert.deepEqual(await rows({ sort: sort[0] }), sort[1]);
  assert.notDeepEqual(sort[1], all);
}

/** All rows, two at a time: some libraries follow the links, of others each page is asked for. */
export async function pagesOf(driver: SdkDriver, operation: string, given: Parameters): Promise<Row[]> {
  if (driver.sdk.followsLinks) return driver.call<Row[]>(operation, { ...given, page_size: 2 });
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const more = await driver.call<Row[]>(operation, { ...given, page, page_size: 2 });
    assert.ok(more.length <= 2);
    rows.push(...more);
    if (more.length < 2) return rows;
  }
}

export interface Created {
  readonly location: string;
}

/** The id at the end of where something was created. */
export function idOf({ location }: Created): number {
  const id = Number(/\/(\d+)$/.exec(location)?.[1]);
  assert.ok(Number.isSafeInteger(id), location);
  return id;
}

/** Its two ways of calling, to be used as words. */
export function bound(driver: SdkDriver): Pick<SdkDriver, 'call' | 'refused'> {
  return { call: driver.call.bind(driver), refused: driver.refused.bind(driver) };
}
