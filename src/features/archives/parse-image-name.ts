import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { parseDigest } from '../../lib/oci/digest.ts';
import { readRepositoryName } from '../../lib/oci/repository-name.ts';
import { isTag } from '../../lib/oci/tag.ts';

/** What an image is called. */
export interface ImageName {
  /** Undefined: only a tag is known. */
  readonly repository: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const anyProject = 'library';
/** Where Docker keeps names of one part. */
const hubLibrary = /^(?:index\.)?docker\.io\/library\//;

/**
 * A name in an archive, without the registry that it came from: `registry.example:5000/team/app:v1@sha256:…`, in all
 * its shorter forms. A word alone is a tag, as tools write it into `org.opencontainers.image.ref.name`.
 * @throws ArchiveProblem nameInvalid
 */
export function parseImageName(text: string): ImageName {
  if (isTag(text)) return { repository: undefined, tag: text, digest: undefined };
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  // Docker's rule: the first part is a host when it could not be anything else.
  const isHost = first === 'localhost' || /^[a-z0-9[].*[.:]/i.test(first);
  if (hubLibrary.test(text)) return parseReference(text.replace(hubLibrary, ''), text);
  return parseReference(isHost ? text.slice(slash + 1) : text, text);
}

/**
 * `team/app`, `team/app:v1`, `team/app@sha256:…`, of this registry.
 * @throws ArchiveProblem nameInvalid
 */
export function parseReference(text: string, whole = text): ImageName & { readonly repository: string } {
  const [named = '', digest, ...more] = text.split('@');
  const colon = named.indexOf(':');
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const right =
    more.length === 0 &&
    readRepositoryName(repository, anyProject) !== undefined &&
    (tag === undefined || isTag(tag)) &&
    (digest === undefined || parseDigest(digest) !== undefined);
  if (!right) throw new ArchiveProblem('nameInvalid', { name: whole.slice(0, 300) });
  return { repository, tag, digest };
}
