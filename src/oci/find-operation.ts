import { AppError } from '../lib/errors.ts';

export type OperationName =
  | 'manifests'
  | 'blobs'
  /** The collection: where uploads begin. */
  | 'uploads'
  | 'upload'
  | 'tags'
  | 'referrers';

export interface FoundOperation {
  readonly operation: OperationName;
  /** Decoded, also when it was encoded twice, as paths of Harbor's API are. */
  readonly name: string;
  readonly target: string;
}

/**
 * Takes the path behind `/v2/` apart, from the right, because a repository's name may contain every one of the
 * words. Undefined: no address of the distribution API.
 * @throws AppError NAME_INVALID when it looks like one but is none
 */
export function findOperation(path: string): FoundOperation | undefined {
  const last = path.lastIndexOf('/');
  const head = path.slice(0, last);
  const target = path.slice(last + 1);
  if (head.endsWith('/manifests')) return found('manifests', head.slice(0, -10), target);
  if (head.endsWith('/blobs/uploads')) {
    return target === ''
      ? found('uploads', head.slice(0, -14), '')
      : found('upload', head.slice(0, -14), target);
  }
  if (head.endsWith('/blobs'))
    return target === 'uploads'
      ? found('uploads', head.slice(0, -6), '')
      : found('blobs', head.slice(0, -6), target);
  if (target === 'list' && head.endsWith('/tags')) return found('tags', head.slice(0, -5), '');
  if (head.endsWith('/referrers')) return found('referrers', head.slice(0, -10), target);
  if (/\/(manifests|blobs|tags|referrers)\//.test(path)) {
    throw new AppError('NAME_INVALID', {
      message: `"/v2/${path.slice(0, 200)}" is no address of a manifest, blob, upload, tag list or list of referrers`,
      detail: 'a tag or digest contains no slash',
    });
  }
  return undefined;
}

function found(operation: OperationName, name: string, target: string): FoundOperation | undefined {
  if (name === '') return undefined;
  return { operation, name: decode(decode(name)), target: decode(target) };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError(
      'NAME_INVALID',
      { message: `"${text.slice(0, 200)}" is not validly percent-encoded` },
      { cause },
    );
  }
}
