import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import type { Database, Queries } from '../../platform/db/database.ts';
import { findCanonical } from '../blobs/blob-reads.ts';
import { findRepositoryId } from '../repositories/repository-reads.ts';
import { findAliasesOf, findBytesOf, pageOfReferrers, type ReferrerRow } from './referrer-reads.ts';

/** A page ends at whichever comes first; it has at least one referrer. */
const pageLimits = { count: 1000, bodyBytes: 2 * 1024 * 1024, manifestBytes: 16 * 1024 * 1024 };
/** Manifests are parsed so many bytes at a time, so that other requests get their turn in between. */
const batchBytes = 1024 * 1024;
const batchCount = 100;

/** distribution-spec, "Listing Referrers". */
export interface ReferrerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: object;
}

export interface ListReferrersInput {
  readonly repositoryName: string;
  readonly subject: Digest;
  readonly artifactType: string | undefined;
  /** `next` of the page before. */
  readonly after: string | undefined;
}

export interface ReferrersPage {
  readonly referrers: readonly ReferrerDescriptor[];
  /** Undefined: it was the last page. */
  readonly next: string | undefined;
}

/**
 * What is about a subject, whichever of its digests it is named by. A subject or repository that nobody knows has no
 * referrers.
 * @throws AppError BAD_REQUEST for a place that no page named
 */
export async function listReferrers(
  deps: { readonly db: Database },
  input: ListReferrersInput,
): Promise<ReferrersPage> {
  const db = deps.db.reader;
  const from = parsePlace(input.after);
  const repositoryId = await findRepositoryId(db, input.repositoryName);
  if (repositoryId === undefined || input.artifactType?.includes('\0') === true)
    return { referrers: [], next: undefined };
  const subjects = (await namesOf(db, input.subject)).filter((name) => name >= from.subject);
  const page = new Page();
  for (const subject of subjects) {
    let after = subject === from.subject ? from.id : 0;
    for (;;) {
      const count = Math.min(batchCount, pageLimits.count - page.length + 1);
      const { artifactType } = input;
      const rows = await pageOfReferrers(db, { repositoryId, subject, artifactType, after, count });
      const next = await fill(db, page, rows, { subject, after });
      if (next !== undefined) return { referrers: page.referrers, next };
      if (rows.length < count) break;
      after = rows.at(-1)?.id ?? after;
    }
  }
  return { referrers: page.referrers, next: undefined };
}

/** A subject may be named by any digest that is known of it. */
async function namesOf(db: Queries, subject: Digest): Promise<string[]> {
  const canonical = await findCanonical(db, subject);
  if (canonical === undefined) return [subject];
  return [...new Set([subject, canonical, ...(await findAliasesOf(db, canonical))])].toSorted();
}

/** Returns the place where the page was full, if it became full. */
async function fill(
  db: Queries,
  page: Page,
  rows: readonly ReferrerRow[],
  place: { subject: string; after: number },
): Promise<string | undefined> {
  let { after } = place;
  for (const batch of batchesOf(rows)) {
    if (page.full) return placeText(place.subject, after);
    const bytes = await findBytesOf(
      db,
      batch.map((row) => row.blobId),
    );
    // On SQLite a query is done in the same turn.
    await nextTurn();
    for (const row of batch) {
      if (page.full) return placeText(place.subject, after);
      page.add(row, bytes.get(row.blobId));
      after = row.id;
    }
  }
  return undefined;
}

function* batchesOf(rows: readonly ReferrerRow[]): Generator<readonly ReferrerRow[]> {
  let batch: ReferrerRow[] = [];
  let size = 0;
  for (const row of rows) {
    if (batch.length > 0 && size + row.sizeBytes > batchBytes) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(row);
    size += row.sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

class Page {
  readonly referrers: ReferrerDescriptor[] = [];
  #bodyBytes = 0;
  #manifestBytes = 0;

  get length(): number {
    return this.referrers.length;
  }

  get full(): boolean {
    const { count, bodyBytes, manifestBytes } = pageLimits;
    return this.length >= count || this.#bodyBytes >= bodyBytes || this.#manifestBytes >= manifestBytes;
  }

  /** @param bytes undefined when the artifact was purged since its row was read */
  add(row: ReferrerRow, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return;
    const { mediaType, digest, sizeBytes: size, artifactType } = row;
    const annotations = annotationsOf(bytes);
    this.referrers.push({
      mediaType,
      digest,
      size,
      ...(artifactType === null ? {} : { artifactType }),
      ...(annotations === undefined ? {} : { annotations }),
    });
    this.#manifestBytes += bytes.length;
    // Annotations take about as much room in the answer as in the manifest.
    this.#bodyBytes += 300 + (annotations === undefined ? 0 : bytes.length);
  }
}

/** Texts only (image-spec, "Annotations"): one list with anything else is unreadable for clients in Go. */
function annotationsOf(bytes: Uint8Array): object | undefined {
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as { annotations?: unknown };
  const { annotations } = manifest;
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return undefined;
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => typeof value === 'string'));
}

function placeText(subject: string, id: number): string {
  return `${subject}@${id}`;
}

function parsePlace(text: string | undefined): { subject: string; id: number } {
  if (text === undefined) return { subject: '', id: 0 };
  const match = /^([^@\0]{1,400})@(\d{1,15})$/.exec(text);
  if (match === null) throw new AppError('BAD_REQUEST', { message: '"last" is no place in this list' });
  return { subject: match[1] ?? '', id: Number(match[2]) };
}
