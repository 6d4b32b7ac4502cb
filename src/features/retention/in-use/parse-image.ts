import { AppError } from '../../../lib/errors.ts';
import { parseDigest } from '../../../lib/oci/digest.ts';
import { isTag } from '../../../lib/oci/tag.ts';

export interface UsedImage {
  /** With the project's name before it. */
  readonly repository: string;
  /** Empty: it is named by its digest. */
  readonly tag: string;
  readonly digest: string;
}

const shape =
  /^(?:(?<host>[^/]*[.:][^/]*|localhost)\/)?(?<name>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>[^@:/]+))?(?:@(?<digest>.+))?$/;

/**
 * An image as clusters name it: `registry.example:5000/pay/api:v1@sha256:…`, also with `docker-pullable://` before it. Of
 * which registry it is does not matter: one too many stays.
 * @param defaultProject of names without one
 * @throws AppError BAD_REQUEST
 */
export function parseImage(text: string, defaultProject: string): UsedImage {
  const { name, tag, digest } = shape.exec(text.replace(/^[a-z-]+:\/\//, ''))?.groups ?? {};
  const isKnown = tag === undefined || isTag(tag);
  if (name === undefined || !isKnown || (digest !== undefined && parseDigest(digest) === undefined))
    throw new AppError('BAD_REQUEST', {
      message: `${JSON.stringify(text.slice(0, 300))} names no image`,
      detail:
        'write project/repository:tag or project/repository@sha256:…, with or without a registry before it',
    });
  const repository = name.includes('/') ? name : `${defaultProject}/${name}`;
  return { repository, tag: tag ?? (digest === undefined ? 'latest' : ''), digest: digest ?? '' };
}
