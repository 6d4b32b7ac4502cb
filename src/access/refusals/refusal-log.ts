import { addressBlock } from '../../lib/address-block.ts';
import { isLogged } from '../../lib/errors.ts';
import { type EventType, refusedType } from '../../lib/event-types.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, appendWithId, systemActor } from '../../platform/events/append.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { findProject, findProjectById } from '../projects/project-reads.ts';
import { countRefusals } from './refusal-writes.ts';

const everyMs = 1000;
const minuteMs = 60_000;
/** Rows of one minute: of one account or one block of addresses, and of all. */
const limits = { ofSource: 60, ofAll: 1000 };

export interface Refusal {
  /** What would have happened. */
  readonly type: EventType;
  readonly actor: Actor;
  /** Undefined: it is of no project. */
  readonly project: string | number | undefined;
  readonly object: string;
  /** A code of the table of errors. */
  readonly code: string;
  readonly status: number;
  /** Why, in words that hold nothing of a body. */
  readonly message: string | undefined;
  /** Names that nobody has lead nowhere: no row tells of them. That is found out when it is written, behind the answer. */
  readonly onlyIfProjectExists?: true;
}

interface Entry {
  refusal: Refusal;
  /** Tried to sign in by, and not yet known to be one. */
  tried: string | undefined;
  /** Whose limits it counts against. */
  readonly uses: readonly string[];
  /** Undefined: not written yet. */
  id: number | undefined;
  /** When its row was written: a row counts what comes within its minute. */
  minute: number | undefined;
  count: number;
  written: number;
}

export interface RefusalLogDeps {
  readonly db: Pick<Database, 'now' | 'transaction'>;
  readonly log: Logger;
  /** What a name is called that somebody tried to sign in by: it may be no name. */
  readonly nameOf: (tried: string) => Promise<string>;
  readonly limits?: { readonly ofSource: number; readonly ofAll: number };
}

/**
 * What people were refused, as rows of the audit log. Who is refused waits for nothing, so that the time of an answer
 * tells nothing; what repeats within a minute is one row with a count, and so is what is beyond the limits.
 */
export class RefusalLog implements AsyncDisposable {
  readonly #deps: RefusalLogDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #entries = new Map<string, Entry>();
  /** How many entries there are of a source, and of all. */
  readonly #uses = new Map<string, number>();
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: RefusalLogDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.flush(), everyMs).unref();
  }

  add(refusal: Refusal): void {
    const { type, actor, object, code } = refusal;
    const { ofSource, ofAll } = this.#deps.limits ?? limits;
    const all = type === 'session.opened' ? 'sign-ins' : 'operations';
    const from = type === 'session.opened' ? addressBlock(actor.address) : actor.principal;
    const source = `${all} of ${from}`;
    const key = JSON.stringify([source, actor.principal, type, object, code]);
    const known = this.#entries.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#used(all) >= ofAll)
      this.#addToRest({ ...refusal, actor: { ...systemActor, principal: 'anonymous' } }, all);
    else if (this.#used(source) >= ofSource) this.#addToRest(refusal, source);
    else this.#open(key, refusal, [all, source]);
  }

  /** What is beyond the limits is counted in one row of its source, or in one of all. */
  #addToRest(refusal: Refusal, of: string): void {
    const key = `rest of ${of}`;
    const rest = this.#entries.get(key);
    if (rest !== undefined) rest.count += 1;
    else {
      const { type, actor } = refusal;
      const principal = type === 'session.opened' ? 'anonymous' : actor.principal;
      const { code, status } = refusal;
      const shown = {
        actor: { ...actor, principal },
        project: undefined,
        object: 'many',
        message: undefined,
      };
      this.#open(key, { type, code, status, ...shown }, []);
    }
  }

  #open(key: string, refusal: Refusal, uses: readonly string[]): void {
    const { type, object } = refusal;
    const tried = type === 'session.opened' && uses.length > 0 ? object : undefined;
    this.#entries.set(key, {
      refusal,
      uses,
      tried,
      id: undefined,
      minute: undefined,
      count: 1,
      written: 0,
    });
    for (const use of uses) this.#uses.set(use, this.#used(use) + 1);
  }

  #used(of: string): number {
    return this.#uses.get(of) ?? 0;
  }

  /** Resolves once what was added before is written down; while the database is away it is kept. */
  async flush(): Promise<void> {
    const before = this.#writing;
    this.#writing = before.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#entries.size === 0) return;
    const { db, log } = this.#deps;
    try {
      const now = await db.now();
      // Before any begins anew: of what was written as a whole nothing is left to count.
      this.#forget(minuteOf(now));
      for (const entry of this.#entries.values()) {
        await this.#name(entry);
        beginAnew(entry, minuteOf(now));
      }
      // What came meanwhile waits for its name.
      const changed = [...this.#entries.values()].filter(
        ({ count, written, tried }) => count > written && tried === undefined,
      );
      // Counted further while this goes on.
      const counts = changed.map(({ count }) => count);
      const ids =
        changed.length === 0
          ? []
          : await db.transaction((tx) => writeAll(tx, changed, { counts, now }), { durability: 'relaxed' });
      changed.forEach((entry, no) => {
        entry.id ??= ids[no];
        entry.minute ??= minuteOf(now);
        entry.written = counts[no] ?? entry.written;
      });
      this.#forget(minuteOf(now));
    } catch (error) {
      if (!isLogged(error)) log.warn({ error }, 'refusals could not be written to the audit log yet');
    }
  }

  async #name(entry: Entry): Promise<void> {
    const { tried, refusal } = entry;
    if (tried === undefined) return;
    const name = await this.#deps.nameOf(tried);
    const { actor } = refusal;
    entry.refusal = { ...refusal, object: name, actor: { ...actor, principal: `name:${name}` } };
    entry.tried = undefined;
  }

  #forget(minute: number): void {
    for (const [key, { minute: of, count, written, uses }] of this.#entries) {
      if (of === undefined || of >= minute || count > written) continue;
      this.#entries.delete(key);
      for (const use of uses) {
        const left = this.#used(use) - 1;
        if (left > 0) this.#uses.set(use, left);
        else this.#uses.delete(use);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

/** What was counted while the database was away: the row from before is part of a closed period by now. */
function beginAnew(entry: Entry, minute: number): void {
  if (entry.minute === undefined || entry.minute >= minute - 1) return;
  entry.id = undefined;
  entry.minute = undefined;
  entry.count -= entry.written;
  entry.written = 0;
}

function minuteOf(at: number): number {
  return Math.floor(at / minuteMs);
}

async function writeAll(
  tx: Tx,
  entries: readonly Entry[],
  { counts, now }: { readonly counts: readonly number[]; readonly now: number },
): Promise<(number | undefined)[]> {
  const ids: (number | undefined)[] = [];
  for (const [no, entry] of entries.entries()) {
    const count = counts[no] ?? 1;
    const { refusal, id } = entry;
    const { code, status, message } = refusal;
    const data = { reason: code, status, ...(message === undefined ? {} : { message }), count };
    if (id === undefined) ids.push(await insert(tx, refusal, { data, now }));
    else {
      await countRefusals(tx, { id, data: JSON.stringify(data) });
      ids.push(id);
    }
  }
  return ids;
}

/** @returns undefined when nothing was written */
async function insert(
  tx: Tx,
  { type, actor, project, object, onlyIfProjectExists }: Refusal,
  { data, now }: { readonly data: Readonly<Record<string, string | number>>; readonly now: number },
): Promise<number | undefined> {
  const of =
    typeof project === 'number'
      ? await findProjectById(tx, project)
      : project === undefined
        ? undefined
        : await findProject(tx, project);
  if (of === undefined && onlyIfProjectExists === true) return undefined;
  return appendWithId(tx, {
    type: refusedType(type),
    at: now,
    actor,
    projectId: of?.id ?? null,
    object,
    data,
  });
}
