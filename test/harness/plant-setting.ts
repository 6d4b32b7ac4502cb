import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Changes a setting in the database of a server that is stopped. */
export function plantSetting(data: string, name: string, value: boolean | number | string): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  try {
    const put = db.prepare(
      `insert into setting (name, value, updated_at) values (?, ?, 0)
       on conflict (name) do update set value = excluded.value`,
    );
    put.run(name, JSON.stringify(value));
    put.run('#version', '1');
  } finally {
    db.close();
  }
}
