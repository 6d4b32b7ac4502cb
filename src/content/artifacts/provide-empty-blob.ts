import type { Digest } from '../../lib/oci/digest.ts';
import type { ManifestReference } from '../../lib/oci/manifest.ts';
import type { Actor } from '../../platform/events/append.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { uploadAtOnce } from '../uploads/upload-at-once.ts';
import type { UploadDeps } from '../uploads/upload-deps.ts';

/** image-spec, "Guidance for an Empty Descriptor": `{}`. */
const emptyContent = '{}';
const emptyDigests: ReadonlySet<string> = new Set([
  'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  'sha512:27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd',
]);

/**
 * Clients may name the empty blob without having pushed it, since everybody knows its content: it is pushed for them,
 * so that it can be pulled from there like any other.
 */
export async function provideEmptyBlob(
  deps: UploadDeps,
  input: {
    projectId: number;
    repositoryName: string;
    actor: Actor;
    references: readonly ManifestReference[];
  },
): Promise<void> {
  const { projectId, repositoryName, actor, references } = input;
  const named = references.filter((each) => each.required && emptyDigests.has(each.digest));
  for (const text of new Set(named.map((reference) => reference.digest))) {
    const digest = text as Digest;
    if ((await findLinkedBlob(deps.db.reader, repositoryName, digest)) !== undefined) continue;
    const where = { projectId, repositoryName, principal: actor.principal };
    await uploadAtOnce(deps, { ...where, digest, body: theContent(), actor });
  }
}

async function* theContent(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(emptyContent));
}
