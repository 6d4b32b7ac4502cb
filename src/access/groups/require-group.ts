import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findGroupsByName } from './group-reads.ts';
import type { Group } from './require-group-name.ts';

/**
 * The group of exactly this name; the type tells several apart.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function requireGroup(
  db: Queries,
  { name, type }: { readonly name: string; readonly type?: number | undefined },
): Promise<Group> {
  const found = await findGroupsByName(db, name);
  const [group, second] = type === undefined ? found : found.filter((each) => each.type === type);
  if (group === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no group "${name.slice(0, 255)}"` });
  if (second === undefined) return group;
  throw new AppError('BAD_REQUEST', {
    message: `there are several groups "${name}" of different types`,
    detail: 'say which one by its type: local, http or oidc',
  });
}
