import type { Database } from '../../../platform/db/database.ts';
import {
  findJob,
  type JobRow,
  jobsAbove,
  newestJobId,
  openJobs,
} from '../../../platform/jobs/rows/job-reads.ts';

/** More than these are not looked at one by one: whoever wants all of them reads the list. */
const mostJobs = 500;
/** Ids become visible in another order than they are given. */
const lookBack = 20;

/** What changes of jobs, found by comparing: a job has no history, what counts is how it is. */
export class JobChanges {
  readonly #db: Database;
  readonly #known = new Map<number, { readonly row: JobRow; readonly text: string }>();
  #newest: number | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that wait or run, as of the last look. */
  get open(): readonly JobRow[] {
    return this.#known
      .values()
      .map(({ row }) => row)
      .filter(isOpen)
      .toArray();
  }

  /** What has changed since the look before; the first one only remembers. */
  async look(): Promise<readonly JobRow[]> {
    const { reader } = this.#db;
    const isFirst = this.#newest === undefined;
    const newest = this.#newest ?? (await newestJobId(reader));
    const rows = new Map<number, JobRow>();
    for (const row of await openJobs(reader, mostJobs)) rows.set(row.id, row);
    for (const row of await jobsAbove(reader, newest - lookBack, mostJobs)) rows.set(row.id, row);
    for (const [id, { row }] of this.#known) {
      if (rows.has(id) || !isOpen(row)) continue;
      const now = await findJob(reader, id);
      if (now === undefined) this.#known.delete(id);
      else rows.set(id, now);
    }
    const changed = rows
      .values()
      .filter((row) => this.#isNew(row))
      .toArray();
    this.#newest = Math.max(newest, ...rows.keys());
    for (const [id, { row }] of this.#known)
      if (!isOpen(row) && id <= this.#newest - lookBack) this.#known.delete(id);
    return isFirst ? [] : changed;
  }

  #isNew(row: JobRow): boolean {
    const { state, attempts, runAt, stopAsked, message, progress, result } = row;
    const text = JSON.stringify([state, attempts, runAt, stopAsked, message, progress, result]);
    if (this.#known.get(row.id)?.text === text) return false;
    this.#known.set(row.id, { row, text });
    return true;
  }
}

function isOpen({ state }: JobRow): boolean {
  return state === 'queued' || state === 'running';
}
