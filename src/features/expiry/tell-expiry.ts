import type { Database } from '../../platform/db/database.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import type { CertificateLife } from '../../platform/tls/certificate-life.ts';
import {
  type Expiring,
  everything,
  forgetEnded,
  isNoted,
  noteExpiry,
  pageOfExpiring,
} from './expiry-store.ts';

export interface TellDeps {
  readonly db: Database;
  /** Undefined: connections are not encrypted by this server. */
  readonly certificate: () => CertificateLife | undefined;
}

/** Days before an end at which an event tells of it. */
export const thresholds = [1, 7, 14, 30] as const;
export const dayMs = 24 * 60 * 60 * 1000;
const pageSize = 500;

/**
 * Writes `expiry.near` for everything that ends within 30, 14, 7 and 1 days, once each. After a stop over several of
 * them the nearest alone is told; what never lived so long before its end is not told of it that early.
 * @returns how many events were written
 */
export async function tellExpiry({ db, certificate }: TellDeps, signal?: AbortSignal): Promise<number> {
  const now = await db.now();
  await db.transaction((tx) => forgetEnded(tx, now), { durability: 'relaxed' });
  const upTo = now + thresholds[3] * dayMs;
  let count = 0;
  for (let offset = 0; ; offset += pageSize) {
    const page = await pageOfExpiring(db.reader, {
      after: now,
      upTo,
      seen: everything,
      offset,
      limit: pageSize,
    });
    for (const row of page) {
      if (signal?.aborted === true) return count;
      if (await tell(db, row, `${row.kind}:${row.id}`, now)) count += 1;
    }
    if (page.length < pageSize) break;
  }
  const row = asExpiring(certificate());
  if (row !== undefined && row.expiresAt > now && row.expiresAt <= upTo)
    count += (await tell(db, row, `certificate:${row.fingerprint}`, now)) ? 1 : 0;
  return count;
}

/** The certificate of this server as one more thing that ends. */
export function asExpiring(
  life: CertificateLife | undefined,
): (Expiring & { readonly fingerprint: string }) | undefined {
  if (life === undefined) return undefined;
  const { fingerprint, name, from, to } = life;
  return {
    kind: 'certificate',
    id: 0,
    name,
    holder: null,
    projectId: null,
    project: null,
    pattern: null,
    createdAt: from,
    expiresAt: to,
    fingerprint,
  };
}

async function tell(db: Database, row: Expiring, object: string, now: number): Promise<boolean> {
  const { kind, name, holder, projectId, createdAt, expiresAt } = row;
  const days = thresholds.find((each) => expiresAt - now <= each * dayMs);
  if (days === undefined || createdAt >= expiresAt - days * dayMs) return false;
  const notice = { object, expiresAt, days };
  if (await isNoted(db.reader, notice)) return false;
  return db.transaction(async (tx) => {
    if (!(await noteExpiry(tx, notice))) return false;
    await append(tx, {
      type: 'expiry.near',
      at: now,
      actor: systemActor,
      projectId,
      object,
      data: { kind, name, holder, expiresAt, days },
    });
    return true;
  });
}
