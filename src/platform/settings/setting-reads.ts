import type { Queries } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

/** The row that counts the changes; no setting is called so. */
export const versionName = '#version';

const one = prepare((db, values: { name: string }) =>
  db.selectFrom('setting').select('value').where('name', '=', values.name),
);

/** How often settings were changed. */
export async function settingsVersion(db: Queries): Promise<number> {
  const row = await db.first(one, { name: versionName });
  return row === undefined ? 0 : Number(row.value);
}

const all = prepare((db) => db.selectFrom('setting').select(['name', 'value']));

export interface StoredSettings {
  readonly version: number;
  /** JSON text by name; also of names that nobody here knows. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What was stored, and when, as of one instant. */
export async function storedSettings(db: Queries): Promise<StoredSettings> {
  const texts = new Map((await db.all(all, {})).map(({ name, value }) => [name, value]));
  return { version: Number(texts.get(versionName) ?? 0), texts };
}
