import { setImmediate as turn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import {
  artifactTotals,
  type LargeTable,
  lastIdOf,
  type ProjectFacts,
  pageOfProjectFacts,
  repositoryTotals,
  type Stretch,
  storedBytes,
} from './totals-store.ts';

export interface ProjectTotals extends ProjectFacts {
  readonly repositories: number;
  readonly pulls: number;
  /** By Harbor's type. */
  readonly artifacts: ReadonlyMap<string, number>;
}

export interface Totals {
  readonly projects: readonly ProjectTotals[];
  readonly storedBytes: number;
}

/** As long as Harbor's exporter keeps what it has read. */
const freshMs = 20_000;
/** Reading takes at most so much of the time, however large the registry is: one part in this many. */
const restFor = 50;
const projectsAtOnce = 500;
/** Some milliseconds of one connection. */
const rowsAtOnce = 10_000;

/**
 * What there is in the whole registry, read in small pieces when somebody asks, and kept. Whoever asks again is told what
 * was found last while it is read anew.
 */
export class RegistryTotals {
  readonly #db: Queries;
  #last: Totals | undefined;
  #dueAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Totals> | undefined;

  constructor(db: Queries) {
    this.#db = db;
  }

  async get(): Promise<Totals> {
    if (this.#last !== undefined && performance.now() < this.#dueAt) return this.#last;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    if (this.#last === undefined) return this.#reading;
    // A failure is told to who asks when there is nothing any more: what is old is dropped then.
    this.#reading.catch(() => {
      this.#last = undefined;
    });
    return this.#last;
  }

  async #read(): Promise<Totals> {
    const began = performance.now();
    const found = await readTotals(this.#db);
    this.#last = found;
    this.#dueAt = performance.now() + Math.max(freshMs, (performance.now() - began) * restFor);
    return found;
  }
}

async function readTotals(db: Queries): Promise<Totals> {
  const projects = new Map<
    number,
    ProjectFacts & { repositories: number; pulls: number; artifacts: Map<string, number> }
  >();
  for (let after = 0; ; ) {
    const page = await pageOfProjectFacts(db, { after, limit: projectsAtOnce });
    for (const facts of page)
      projects.set(facts.id, { ...facts, repositories: 0, pulls: 0, artifacts: new Map() });
    const last = page.at(-1);
    if (last === undefined || page.length < projectsAtOnce) break;
    after = last.id;
    await turn();
  }
  for await (const stretch of stretches(db, 'repository'))
    for (const { projectId, count, pulls } of await repositoryTotals(db, stretch)) {
      const project = projects.get(projectId);
      if (project === undefined) continue;
      project.repositories += Number(count);
      project.pulls += Number(pulls);
    }
  for await (const stretch of stretches(db, 'artifact'))
    for (const { projectId, kind, count } of await artifactTotals(db, stretch)) {
      const type = kind ?? 'UNKNOWN';
      const known = projects.get(projectId ?? 0)?.artifacts;
      known?.set(type, (known.get(type) ?? 0) + Number(count));
    }
  let bytes = 0;
  for await (const stretch of stretches(db, 'blob')) bytes += await storedBytes(db, stretch);
  return { projects: [...projects.values()], storedBytes: bytes };
}

/** All of a table in pieces, with a turn of the event loop for others between two. */
async function* stretches(db: Queries, table: LargeTable): AsyncGenerator<Stretch> {
  const last = await lastIdOf(db, table);
  for (let after = 0; after < last; after += rowsAtOnce) {
    yield { after, to: after + rowsAtOnce };
    await turn();
  }
}
