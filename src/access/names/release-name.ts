import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findNamedProject } from './former-name-reads.ts';
import { releaseProjectName, releaseRepositoryName } from './former-name-writes.ts';

/**
 * An earlier name of a project, or of a repository with its project's name of now before it: pulls by it end, and anybody
 * may take it.
 * @throws AppError NOT_FOUND
 */
export async function releaseName(
  deps: { readonly db: Database },
  { name, actor }: { readonly name: string; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const projectId = await release(tx, name);
    if (projectId === undefined) {
      throw new AppError('NOT_FOUND', {
        message: `${name.slice(0, 255)} is not an earlier name that is kept free`,
        detail: 'berth project former-names shows those that are',
      });
    }
    await append(tx, { type: 'name.released', at: now, actor, projectId, object: name });
  });
}

/** Returns the project that it belonged to. */
async function release(tx: Tx, name: string): Promise<number | undefined> {
  if (!/^[a-z0-9._/-]{1,255}$/.test(name)) return undefined;
  const slash = name.indexOf('/');
  if (slash < 0) return releaseProjectName(tx, name);
  const projectId = await findNamedProject(tx, name.slice(0, slash));
  if (projectId === undefined) return undefined;
  const path = name.slice(slash + 1);
  return (await releaseRepositoryName(tx, { projectId, path })) ? projectId : undefined;
}
