import { AppError } from '../../lib/errors.ts';
import type { ImmutableRule } from './immutable-rule.ts';

/** What a rule says to who would put a tag anew, or delete it. */
export function keptFrom(
  what: 'moving' | 'deleting',
  of: { readonly rule: ImmutableRule; readonly repositoryName: string; readonly tag: string },
): AppError {
  const { rule, repositoryName, tag } = of;
  const name = repositoryName.slice(repositoryName.indexOf('/') + 1);
  const kept = `immutable rule ${rule.id} of the project keeps it`;
  return what === 'moving'
    ? new AppError('TAG_IMMUTABLE', {
        message: `Failed to process request due to '${name}:${tag}' configured as immutable.`,
        detail: `${kept}: push another tag, or have the rule changed`,
      })
    : new AppError('TAG_IMMUTABLE', {
        message: `the tag ${tag} configured as immutable, cannot be deleted`,
        detail: `${kept}: have the rule changed`,
      });
}
