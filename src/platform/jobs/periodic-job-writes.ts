import { prepare } from '../db/prepare.ts';

/** A job nobody has heard of yet is due at once. */
export const addJob = prepare((db, values: { name: string }) =>
  db
    .insertInto('periodic_job')
    .values({ name: values.name, due_at: 0, lease_holder: null, lease_until: 0 })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

export const makeDue = prepare((db, values: { name: string }) =>
  db.updateTable('periodic_job').set({ due_at: 0 }).where('name', '=', values.name),
);

/** A turn beyond `latest` was set by a clock that was ahead. */
export const isDue = prepare((db, values: { name: string; now: number; latest: number }) =>
  db
    .selectFrom('periodic_job')
    .select('name')
    .where('name', '=', values.name)
    .where((where) => where.or([where('due_at', '<=', values.now), where('due_at', '>', values.latest)]))
    .where('lease_until', '<=', values.now),
);

/** Changes one row if the job is due and nobody is at it. */
export const takeJob = prepare(
  (db, values: { name: string; holder: string; until: number; now: number; latest: number }) =>
    db
      .updateTable('periodic_job')
      .set({ lease_holder: values.holder, lease_until: values.until })
      .where('name', '=', values.name)
      .where((where) => where.or([where('due_at', '<=', values.now), where('due_at', '>', values.latest)]))
      .where('lease_until', '<=', values.now),
);

/** Changes no row once another holder has taken the job. */
export const renewJob = prepare((db, values: { name: string; holder: string; until: number }) =>
  db
    .updateTable('periodic_job')
    .set({ lease_until: values.until })
    .where('name', '=', values.name)
    .where('lease_holder', '=', values.holder),
);

export const endJob = prepare((db, values: { name: string; holder: string; dueAt: number }) =>
  db
    .updateTable('periodic_job')
    .set({ due_at: values.dueAt, lease_holder: null, lease_until: 0 })
    .where('name', '=', values.name)
    .where('lease_holder', '=', values.holder),
);

/** Whoever held these is gone: a database in a file has one process at a time. */
export const freeJobs = prepare((db, _values: Record<never, never>) =>
  db.updateTable('periodic_job').set({ lease_holder: null, lease_until: 0 }),
);
