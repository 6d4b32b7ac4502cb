import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { type ImageName, parseReference } from './parse-image-name.ts';

/** Where an image goes. */
export interface Destination {
  readonly repository: string;
  /** Undefined: it is found by its digest. */
  readonly tag: string | undefined;
}

/**
 * @param to undefined: as the archive says; `team/`: the archive's names below it; `team/app` or `team/app:v1`: there
 * @param name of the archive; undefined: it has none
 * @throws ArchiveProblem nameNeeded, nameInvalid
 */
export function placeImage(name: ImageName | undefined, to: string | undefined): Destination {
  if (to !== undefined && !to.endsWith('/')) {
    const { repository, tag } = parseReference(to);
    return { repository, tag: tag ?? name?.tag };
  }
  if (name?.repository === undefined) throw new ArchiveProblem('nameNeeded');
  return { repository: parseReference(`${to ?? ''}${name.repository}`).repository, tag: name.tag };
}
