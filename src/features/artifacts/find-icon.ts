import type { Asker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { inVisibleRepositories } from '../../access/visible-reads.ts';
import { isIconOf } from '../../content/artifacts/shown/icon-reads.ts';
import { type ReadContentDeps, readContent } from '../../content/descriptions/read-content.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { pictureOf } from './icons.ts';

const maxIconBytes = 1024 * 1024;

export interface Icon {
  readonly 'content-type': string;
  /** Base64. */
  readonly content: string;
}

/**
 * One of Berth's pictures, or one that an artifact brings which the asker may read: content of private projects is
 * not for everybody who knows its digest.
 * @throws AppError NOT_FOUND, DIGEST_INVALID
 */
export async function findIcon(deps: ReadContentDeps, asker: Asker, text: string): Promise<Icon> {
  const digest = requireDigest(text);
  const own = pictureOf(digest);
  if (own !== undefined) return { 'content-type': 'image/png', content: own };
  const { reader, dialect } = deps.db;
  const visible = inVisibleRepositories(visibleTo(asker.grants, 'artifact:read', asker.now), dialect);
  const bytes = (await isIconOf(reader, digest, visible))
    ? await readContent(deps, digest, maxIconBytes)
    : undefined;
  const type = bytes === undefined ? undefined : typeOf(bytes);
  if (bytes === undefined || type === undefined)
    throw new AppError('NOT_FOUND', { message: `the icon ${digest} not found` });
  return { 'content-type': type, content: Buffer.from(bytes).toString('base64') };
}

/** By the first bytes, whatever the manifest says. */
function typeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('GIF8')) return 'image/gif';
  return head.startsWith('\xff\xd8\xff') ? 'image/jpeg' : undefined;
}
