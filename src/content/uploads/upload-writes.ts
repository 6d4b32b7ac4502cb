import type { StagedPart } from '../../platform/blobstore/blob-store.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare(
  (
    db,
    values: {
      id: string;
      projectId: number;
      repositoryName: string;
      principal: string;
      expiresAt: number;
      now: number;
    },
  ) =>
    db.insertInto('upload').values({
      id: values.id,
      project_id: values.projectId,
      repository_name: values.repositoryName,
      principal: values.principal,
      generation: 0,
      lease_holder: null,
      lease_until: 0,
      offset_bytes: 0,
      blob_id: null,
      finished_digest: null,
      expires_at: values.expiresAt,
      created_at: values.now,
    }),
);

export async function insertUpload(
  tx: Tx,
  input: {
    id: string;
    projectId: number;
    repositoryName: string;
    principal: string;
    expiresAt: number;
    now: number;
  },
): Promise<void> {
  await tx.run(insert, input);
}

const takeFree = prepare((db, values: { id: string; holder: string; until: number }) =>
  db
    .updateTable('upload')
    .set({ lease_holder: values.holder, lease_until: values.until })
    .where('id', '=', values.id)
    .where('lease_holder', 'is', null)
    .where('finished_digest', 'is', null),
);

/** False: somebody holds the lease, or held it and did not give it back. */
export async function takeFreeLease(
  tx: Tx,
  input: { id: string; holder: string; until: number },
): Promise<boolean> {
  return (await tx.run(takeFree, input)) > 0;
}

const takeStale = prepare((db, values: { id: string; holder: string; until: number; now: number }) =>
  db
    .updateTable('upload')
    .set((set) => ({
      lease_holder: values.holder,
      lease_until: values.until,
      generation: set('generation', '+', 1),
    }))
    .where('id', '=', values.id)
    .where('lease_holder', 'is not', null)
    .where('lease_until', '<', values.now)
    .where('finished_digest', 'is', null),
);

/** True: the holder's time ran out. It may still be writing, so its file is not to be gone on with. */
export async function takeStaleLease(
  tx: Tx,
  input: { id: string; holder: string; until: number; now: number },
): Promise<boolean> {
  return (await tx.run(takeStale, input)) > 0;
}

const renew = prepare((db, values: { id: string; holder: string; until: number; offset: number }) =>
  db
    .updateTable('upload')
    .set({ lease_until: values.until, offset_bytes: values.offset })
    .where('id', '=', values.id)
    .where('lease_holder', '=', values.holder),
);

/** Tells how far it is. False: the lease was lost. */
export async function renewLease(
  tx: Tx,
  input: { id: string; holder: string; until: number; offset: number },
): Promise<boolean> {
  return (await tx.run(renew, input)) > 0;
}

const giveBack = prepare((db, values: { id: string; holder: string; offset: number; expiresAt: number }) =>
  db
    .updateTable('upload')
    .set({ lease_holder: null, lease_until: 0, offset_bytes: values.offset, expires_at: values.expiresAt })
    .where('id', '=', values.id)
    .where('lease_holder', '=', values.holder),
);

const clearParts = prepare((db, values: { id: string }) =>
  db.deleteFrom('upload_part').where('upload_id', '=', values.id),
);

const insertPart = prepare(
  (db, values: { id: string; no: number; offset: number; size: number; key: string; generation: number }) =>
    db.insertInto('upload_part').values({
      upload_id: values.id,
      no: values.no,
      offset_bytes: values.offset,
      size: values.size,
      key: values.key,
      generation: values.generation,
    }),
);

/** The holder is done: what it staged, up to where. False: the lease was lost, and nothing was recorded. */
export async function giveLeaseBack(
  tx: Tx,
  input: { id: string; holder: string; offset: number; expiresAt: number; parts: readonly StagedPart[] },
): Promise<boolean> {
  const { parts, ...row } = input;
  if ((await tx.run(giveBack, row)) === 0) return false;
  await replaceParts(tx, input.id, parts);
  return true;
}

async function replaceParts(tx: Tx, id: string, parts: readonly StagedPart[]): Promise<void> {
  await tx.run(clearParts, { id });
  for (const part of parts) await tx.run(insertPart, { id, ...part });
}

const finish = prepare((db, values: { id: string; holder: string; digest: string; expiresAt: number }) =>
  db
    .updateTable('upload')
    .set({
      lease_holder: null,
      lease_until: 0,
      blob_id: null,
      finished_digest: values.digest,
      expires_at: values.expiresAt,
    })
    .where('id', '=', values.id)
    .where('lease_holder', '=', values.holder),
);

/** Drops the claim with it. False: the lease was lost. */
export async function finishUploadRow(
  tx: Tx,
  input: { id: string; holder: string; digest: string; expiresAt: number },
): Promise<boolean> {
  if ((await tx.run(finish, input)) === 0) return false;
  await tx.run(clearParts, { id: input.id });
  return true;
}

const leaveStale = prepare((db, values: { id: string; holder: string }) =>
  db
    .updateTable('upload')
    .set({ lease_until: 0 })
    .where('id', '=', values.id)
    .where('lease_holder', '=', values.holder),
);

/** For a holder that could not take the content over: who comes next has to do it all the same. */
export async function leaveLeaseStale(tx: Tx, input: { id: string; holder: string }): Promise<void> {
  await tx.run(leaveStale, input);
}

const remove = prepare((db, values: { id: string; holder: string }) =>
  db.deleteFrom('upload').where('id', '=', values.id).where('lease_holder', '=', values.holder),
);

/** The upload of whoever holds its lease; another holder's stays. */
export async function deleteHeldUpload(tx: Tx, input: { id: string; holder: string }): Promise<void> {
  await tx.run(remove, input);
}

const removeExpired = prepare((db, values: { id: string; now: number }) =>
  db
    .deleteFrom('upload')
    .where('id', '=', values.id)
    .where('expires_at', '<', values.now)
    .where('lease_until', '<', values.now),
);

/** False: somebody went on with it. */
export async function deleteExpiredUpload(tx: Tx, id: string, now: number): Promise<boolean> {
  return (await tx.run(removeExpired, { id, now })) > 0;
}

const removeFinished = prepare((db, values: { now: number; count: number }) =>
  db
    .deleteFrom('upload')
    .where(
      'id',
      'in',
      db
        .selectFrom('upload')
        .select('id')
        .where('expires_at', '<', values.now)
        .where('finished_digest', 'is not', null)
        .limit(values.count),
    ),
);

/** Returns how many went. */
export function deleteFinishedUploads(tx: Tx, input: { now: number; count: number }): Promise<number> {
  return tx.run(removeFinished, input);
}

const freeAll = prepare((db, _values: Record<string, never>) =>
  db.updateTable('upload').set({ lease_holder: null, lease_until: 0 }).where('lease_holder', 'is not', null),
);

/** For a start on SQLite: whoever held a lease was the process before, and is dead. */
export async function freeAllLeases(tx: Tx): Promise<void> {
  await tx.run(freeAll, {});
}
