import { AppError } from '../../lib/errors.ts';
import { entityTagMatches } from '../../lib/oci/entity-tag-matches.ts';

/** The conditional headers of a request that moves a tag (RFC 9110 §13.1), against races of tags that many write. */
export interface TagCondition {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * @param current the digest that the tag stands for now, if there is such a tag
 * @throws AppError PRECONDITION_FAILED
 */
export function requireTagState(condition: TagCondition, current: string | undefined): void {
  const { ifMatch, ifNoneMatch } = condition;
  const matches =
    ifMatch === undefined || (current !== undefined && entityTagMatches(ifMatch, current, 'strong'));
  const excluded =
    ifNoneMatch !== undefined && current !== undefined && entityTagMatches(ifNoneMatch, current, 'weak');
  if (!matches || excluded) throw tagChanged(current);
}

export function tagChanged(current: string | undefined): AppError {
  return new AppError('PRECONDITION_FAILED', {
    message: current === undefined ? 'the tag is not what it was' : `the tag stands for ${current}`,
    detail: 'read the tag again and decide anew',
  });
}
