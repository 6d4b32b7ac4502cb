import { sql } from 'kysely';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { ListedObject } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { digestOfKey, uploadOfKey } from './is-removable.ts';

const rowsAtOnce = 1000;

const between = prepare((db, values: { from: string; to: string; count: number }) =>
  db
    .selectFrom('blob')
    .select(['digest', 'storage_key as key'])
    .where('digest', '>=', values.from)
    .where('digest', '<=', values.to)
    // It remembers that its object went.
    .where('state', '<>', sql.lit('burnt' as const))
    .orderBy('digest')
    .limit(values.count),
);

/** Blobs that have an object or may get one, by ascending digest, from one to another. */
async function* rowsBetween(db: Queries, from: string, to: string) {
  for (let start = from; ; ) {
    const page = await db.all(between, { from: start, to, count: rowsAtOnce });
    // The first of a further page was the last of the one before.
    for (const row of page) if (row.digest !== start || start === from) yield row;
    const last = page.at(-1);
    if (last === undefined || page.length < rowsAtOnce) return;
    start = last.digest;
  }
}

const storedAt = prepare((db, values: { keys: string }, dialect) =>
  db
    .selectFrom('blob')
    .select('storage_key as key')
    .where('storage_key', 'is not', null)
    .where('state', '<>', sql.lit('burnt' as const))
    .where('storage_key', 'in', valueList('text', values.keys, dialect)),
);

const uploads = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('upload')
    .select('id')
    .where('id', 'in', valueList('text', values.ids, dialect)),
);

/**
 * Those of the objects, which come by ascending key, that no row speaks of, in whatever state but `burnt`. Rows are read behind the
 * listing: a publisher's is committed before its object is in place, and goes only behind it.
 */
export async function unknownOf(
  db: Queries,
  objects: readonly ListedObject[],
): Promise<readonly ListedObject[]> {
  const unknown = new Set(await unknownContent(db, objects));
  for (const object of await unknownStaged(db, objects)) unknown.add(object);
  return objects.filter((object) => unknown.has(object));
}

/** A merge of two streams in the order of digests, of which neither is held as a whole. */
async function unknownContent(db: Queries, objects: readonly ListedObject[]): Promise<ListedObject[]> {
  const content = objects.flatMap((object) => {
    const digest = digestOfKey(object.key);
    return digest === undefined ? [] : [{ object, digest }];
  });
  const others = objects.filter(
    ({ key }) => digestOfKey(key) === undefined && uploadOfKey(key) === undefined,
  );
  const [first, last] = [content[0], content.at(-1)];
  if (first === undefined || last === undefined) return others;
  const rows = rowsBetween(db, first.digest, last.digest);
  let row = await rows.next();
  const unknown: ListedObject[] = others;
  for (const { object, digest } of content) {
    while (row.done !== true && row.value.digest < digest) row = await rows.next();
    const found = row.done !== true && row.value.digest === digest ? row.value : undefined;
    if (found === undefined || keyOf(found) !== object.key) unknown.push(object);
  }
  return unknown;
}

function keyOf({ digest, key }: { readonly digest: string; readonly key: string | null }): string {
  return key ?? canonicalKey(digest as CanonicalDigest);
}

/** Of a store that leaves content where it was staged. An upload is asked for first: it ends where the blob begins. */
async function unknownStaged(db: Queries, objects: readonly ListedObject[]): Promise<ListedObject[]> {
  const staged = objects.flatMap((object) => {
    const upload = uploadOfKey(object.key);
    return upload === undefined ? [] : [{ object, upload }];
  });
  if (staged.length === 0) return [];
  const ids = JSON.stringify([...new Set(staged.map(({ upload }) => upload))]);
  const open = new Set((await db.all(uploads, { ids })).map(({ id }) => id));
  const keys = JSON.stringify(staged.map(({ object }) => object.key));
  const stored = new Set((await db.all(storedAt, { keys })).map(({ key }) => key));
  return staged
    .filter(({ object, upload }) => !open.has(upload) && !stored.has(object.key))
    .map(({ object }) => object);
}
