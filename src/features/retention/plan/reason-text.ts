import type { Reason } from './evaluate.ts';

/** One sentence, in English: for logs and answers of the API. */
export function reasonText(by: Reason): string {
  switch (by.kind) {
    case 'rule':
      return `rule ${by.rule} (${by.template}) keeps it`;
    case 'no rule keeps it':
      return `none of the rules ${by.rules.join(', ')} keeps it`;
    case 'no rule covers the repository':
      return by.kind;
    case 'immutable tag':
      return `the tag ${by.tag} is immutable by rule ${by.rule} of the project`;
    case 'protected tag':
      return `the tag ${by.tag} is protected by protection ${by.rule} of the project`;
    case 'in use':
      return `in use in the cluster ${by.cluster}`;
    case 'list has ended':
      return `the list of images in use of the cluster ${by.cluster} has ended: renew or remove it`;
    case 'pulled lately':
      return `pulled within ${by.days} days`;
    case 'listed by an index that stays':
      return 'an index that stays lists it';
    case 'untagged':
      return 'it has no tag to take away';
  }
}
