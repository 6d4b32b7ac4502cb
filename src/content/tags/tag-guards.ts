import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { type ImmutableRule, keeps } from './immutable-rule.ts';
import { rulesOf } from './immutable-rule-reads.ts';
import { coversTag, type Protection, refusalBy } from './protection.ts';
import { protectionsAgainst } from './protection-reads.ts';

export interface GuardedPlace {
  readonly projectId: number;
  /** With the project's name before it. */
  readonly repositoryName: string;
  readonly actor: Pick<Actor, 'principal'>;
}

/** `renew`: a push of what the tag stands for already, which moves nothing. */
export type TagChange = 'create' | 'move' | 'renew' | 'delete';

/** All that stands between somebody and the tags of a repository, once their rights are known to be enough. */
export interface TagGuards {
  /** For everybody. */
  readonly immutable: readonly ImmutableRule[];
  /** For this one, whom they do not name. */
  readonly protections: readonly Protection[];
}

/** What keeps one tag from a change, as the refusal of it; asked without doing it. */
export async function guardAgainst(
  db: Queries,
  input: GuardedPlace & { readonly tag: string; readonly change: TagChange },
): Promise<AppError | undefined> {
  const { tag, change } = input;
  return findGuard(db, await guardsOf(db, input, change), { ...input, tags: [tag] });
}

/** The one list of guards: what keeps no tag from this change is not in it. */
export async function guardsOf(db: Queries, place: GuardedPlace, change: TagChange): Promise<TagGuards> {
  const { projectId } = place;
  const immutable = change === 'create' ? [] : await rulesOf(db, projectId);
  return {
    immutable: immutable.filter((rule) => !rule.disabled && !(change === 'renew' && rule.acceptSameDigest)),
    protections: change === 'renew' ? [] : await protectionsAgainst(db, place),
  };
}

export function isOpen({ immutable, protections }: TagGuards): boolean {
  return immutable.length === 0 && protections.length === 0;
}

export async function findGuard(
  db: Queries,
  { immutable, protections }: TagGuards,
  input: GuardedPlace & { readonly tags: readonly string[]; readonly change: TagChange },
): Promise<AppError | undefined> {
  const { repositoryName, change } = input;
  for (const tag of input.tags) {
    const protection = protections.find((each) => coversTag(each, tag));
    if (protection !== undefined) return refusalBy(db, protection, { repositoryName, tag });
    const rule = immutable.find((each) => keeps(each, repositoryName, tag));
    if (rule !== undefined) return immutableTag(rule, { repositoryName, tag, change });
  }
  return undefined;
}

function immutableTag(
  { id }: ImmutableRule,
  of: { readonly repositoryName: string; readonly tag: string; readonly change: TagChange },
): AppError {
  const { repositoryName, tag, change } = of;
  const why = because('tag immutable', { tag, rule: String(id) });
  if (change === 'delete') {
    return new AppError('TAG_IMMUTABLE', {
      message: `the tag ${tag} is configured as immutable and cannot be deleted: immutable rule ${id} of the project has to be changed first`,
      because: why,
    });
  }
  const name = repositoryName.slice(repositoryName.indexOf('/') + 1);
  // Harbor's sentence, and what to do in the same text: docker shows nothing else.
  return new AppError('TAG_IMMUTABLE', {
    message: `Failed to process request due to '${name}:${tag}' configured as immutable. Push another tag, or have immutable rule ${id} of the project changed`,
    because: why,
  });
}
