import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Leaves a repository of a stopped server as a deletion does that a crash ends behind its first transaction. */
export function plantCutOffDeletion(data: string, repository: string): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  try {
    const { changes } = db
      .prepare('update repository set deleted_at = 1 where full_name = ? and deleted_at is null')
      .run(repository);
    if (Number(changes) !== 1) throw new Error(`there is no repository ${repository}`);
  } finally {
    db.close();
  }
}
