import type { Database } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { systemAllowlist } from './allowlist-reads.ts';
import { writeAllowlist } from './allowlist-writes.ts';
import { type CveAllowlist, isSameAllowlist } from './cve-allowlist.ts';

/** Puts a list in the place of the system's; the same one again leaves no event. */
export async function putSystemAllowlist(
  deps: { readonly db: Database },
  { list, actor }: { readonly list: CveAllowlist; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    await oneAtATime(tx, 'cve-allowlist');
    const before = await systemAllowlist(tx);
    if (before !== undefined && isSameAllowlist(before, list)) return;
    await writeAllowlist(tx, { projectId: null, list, id: before?.id, now });
    await append(tx, {
      type: 'configuration.updated',
      at: now,
      actor,
      projectId: null,
      object: 'cve_allowlist',
      data: {
        itemsBefore: (before?.items ?? []).join(','),
        items: list.items.join(','),
        expiresAtBefore: before?.expiresAt ?? null,
        expiresAt: list.expiresAt,
      },
    });
  });
}
