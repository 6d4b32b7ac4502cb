import { principalNames } from '../../access/names/principal-name-reads.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import {
  isTagPattern,
  matchesRepository,
  matchesTag,
  parseRepositoryPattern,
} from '../../lib/oci/repository-pattern.ts';
import type { Queries } from '../../platform/db/database.ts';

/** Tags of a project that only some may make, move and delete, whatever else others may do. */
export interface Protection {
  readonly id: number;
  readonly repositories: string;
  readonly tags: string;
  /** `group:2`, `robot:3`, `user:1`, in this order. */
  readonly holders: readonly string[];
}

/** @throws AppError BAD_REQUEST */
export function requirePatterns({ repositories, tags }: Pick<Protection, 'repositories' | 'tags'>): void {
  if (!isTagPattern(tags)) {
    throw new AppError('BAD_REQUEST', {
      message: `"${shown(tags)}" names no tags`,
      detail: 'write one tag (latest), all that begin alike (v*), or * for all',
      because: because('form wrong', { what: 'tags', form: 'tag pattern' }),
    });
  }
  if (parseRepositoryPattern(repositories) === undefined) {
    throw new AppError('BAD_REQUEST', {
      message: `"${shown(repositories)}" names no repositories`,
      detail: 'write one repository (api), all below a folder (team/**), or ** for all, without the project',
      because: because('form wrong', { what: 'repositories', form: 'repository pattern' }),
    });
  }
}

function shown(text: string): string {
  return text.slice(0, 255).replaceAll('\0', '').toWellFormed();
}

/** @param name with the project's before it */
export function coversRepository({ repositories }: Protection, name: string): boolean {
  const pattern = parseRepositoryPattern(repositories);
  return pattern !== undefined && matchesRepository(pattern, name.slice(name.indexOf('/') + 1));
}

export function coversTag({ tags }: Protection, tag: string): boolean {
  return matchesTag(tags, tag);
}

const maxNamed = 5;

/** Which rule it is and who may: whoever is refused has rights in the project and knows whom to ask. */
export async function refusalBy(
  db: Queries,
  { id, repositories, tags, holders }: Protection,
  { repositoryName, tag }: { readonly repositoryName: string; readonly tag: string },
): Promise<AppError> {
  const project = repositoryName.slice(0, repositoryName.indexOf('/'));
  const names = await holderNames(db, holders);
  const some =
    names.length > maxNamed ? [...names.slice(0, maxNamed), `${names.length - maxNamed} more`] : names;
  const who = some.length === 0 ? 'nobody' : `only ${some.join(', ')}`;
  return new AppError('DENIED', {
    message: `the tag ${repositoryName}:${tag} is protected: ${who} may create, move or delete tags ${tags} in ${project}/${repositories} (rule ${id})`,
    detail: `use another tag, ask one of them, or have the rule changed: berth tag protections ${project}`,
    because: because('tag protected', {
      tag,
      repository: repositoryName,
      holders: some.join(', '),
      rule: String(id),
    }),
  });
}

/** As they are given: `alice`, `group:releasers`, `robot:pay+ci`. Who is gone is left out. */
export async function holderNames(db: Queries, holders: readonly string[]): Promise<string[]> {
  const names = await principalNames(db, holders, '');
  return holders.flatMap((holder) => {
    const name = names.get(holder);
    if (name === undefined) return [];
    return [holder.startsWith('user:') ? name : `${holder.slice(0, holder.indexOf(':'))}:${name}`];
  });
}
