import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { type Digest, digestAlgorithm, parseDigest } from '../../lib/oci/digest.ts';
import { RunningDigest } from '../../platform/crypto/running-digest.ts';

/** @throws ArchiveProblem digestUnknown for a digest that could not be verified */
export function requireKnown(text: string): Digest {
  const digest = parseDigest(text);
  if (digest === undefined) throw new ArchiveProblem('digestUnknown', { digest: text.slice(0, 200) });
  return digest;
}

/** @throws ArchiveProblem digestWrong */
export function requireDigestOf(digest: Digest, bytes: Uint8Array): void {
  const hash = startHash(digest);
  hash.update(bytes);
  requireSame(digest, hash);
}

export function startHash(digest: Digest): RunningDigest {
  return new RunningDigest(digestAlgorithm(digest) === 'sha512' ? 'sha512' : 'sha256');
}

/** @throws ArchiveProblem digestWrong */
export function requireSame(digest: Digest, hash: RunningDigest): void {
  if (`${digestAlgorithm(digest)}:${hash.hex()}` !== digest)
    throw new ArchiveProblem('digestWrong', { digest });
}

export function sha256Of(bytes: Uint8Array): Digest {
  const hash = new RunningDigest();
  hash.update(bytes);
  return `sha256:${hash.hex()}` as Digest;
}
