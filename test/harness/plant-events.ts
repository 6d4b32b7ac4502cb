import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Writes events as of tags that were set into the database of a server that is stopped. */
export function plantEvents(data: string, count: number): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  try {
    db.prepare(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
       insert into event (type, at, actor, address, client, request_id, project_id, object, data)
       select 'tag.moved', 1000 + i, 'user:' || (1 + i % 3), '192.0.2.1', 'docker/29', 'planted-' || i, 1,
         'library/app:v' || i, '{"digest":"sha256:' || hex(randomblob(32)) || '","previous":null}' from n`,
    ).run(count);
  } finally {
    db.close();
  }
}
