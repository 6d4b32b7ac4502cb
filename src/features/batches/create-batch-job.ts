import { noteRefusal } from '../../access/refusals/note-refusal.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventType } from '../../lib/event-types.ts';
import type { JobKind, JobRun } from '../../platform/jobs/job-kind.ts';
import {
  attemptItem,
  type BatchDeps,
  countRepository,
  type NumberedItem,
  type Refused,
  type RunningBatch,
} from './attempt-item.ts';
import { type Batch, batchKind, type Refusal } from './batch.ts';
import { findBatch } from './batch-store.ts';
import { countItems, openItems, putGone, putRefused } from './item-store.ts';

export type BatchKind = JobKind<null>;

const itemsAtOnce = 200;

/** One change of many things, item by item: what was done stays done, whatever comes behind it. */
export function createBatchJob(deps: BatchDeps): BatchKind {
  return {
    name: batchKind,
    parallelism: 4,
    attempts: 3,
    staysStopped: true,
    kept: 1000,
    parse: () => null,
    run: async (run) => {
      const batch = await findBatch(deps.db.reader, run.job.id);
      if (batch === undefined)
        throw new AppError('NOT_FOUND', { message: `there is no batch ${run.job.id}` });
      await new BatchRun(deps, batch, run).run();
    },
  };
}

/** What may be possible once others of the same batch have gone: an index before what it lists, a project before its parts. */
const waitsForOthers: readonly Refusal['why'][] = ['in use', 'in the way'];

/** What a single one would have left. */
const singleEvents = {
  'delete-tags': 'tag.deleted',
  'delete-artifacts': 'artifact.deleted',
  'delete-repositories': 'repository.deleted',
  restore: 'artifact.restored',
  'label-tags': 'artifact.labelled',
  'unlabel-tags': 'artifact.unlabelled',
  'label-artifacts': 'artifact.labelled',
  'unlabel-artifacts': 'artifact.unlabelled',
} as const satisfies Record<Batch['action'], EventType>;

function objectOf({ action, place }: Batch, { name }: NumberedItem): string {
  switch (action) {
    case 'delete-tags':
    case 'label-tags':
    case 'unlabel-tags':
      return `${place}:${name}`;
    case 'delete-artifacts':
    case 'label-artifacts':
    case 'unlabel-artifacts':
      return `${place}@${name}`;
    case 'delete-repositories':
    case 'restore':
      return name;
  }
}

interface Held {
  readonly item: NumberedItem;
  readonly refusal: Refused;
}

class BatchRun {
  readonly #deps: BatchDeps;
  readonly #batch: Batch;
  readonly #running: RunningBatch;
  readonly #told: JobRun<null>;
  #ended = 0;
  #total = 0;

  constructor(deps: BatchDeps, batch: Batch, told: JobRun<null>) {
    this.#deps = deps;
    this.#batch = batch;
    this.#running = { batch, signal: told.signal };
    this.#told = told;
  }

  async run(): Promise<void> {
    const { db } = this.#deps;
    const { action, place, id } = this.#batch;
    const counts = await countItems(db.reader, id);
    this.#total = counts.total;
    this.#ended = counts.total - counts.of('waiting');
    this.#told.log(`${action} ${place}: ${counts.total} things, ${this.#ended} of them done before`);
    this.#tell();
    try {
      await this.#attemptAgain(await this.#attemptAll());
    } finally {
      const { of, bytes } = await countItems(db.reader, id);
      this.#told.result({ done: of('done'), refused: of('refused'), gone: of('gone'), bytes });
    }
  }

  /** Each once; returns those that others may stand in the way of. */
  async #attemptAll(): Promise<readonly Held[]> {
    const held: Held[] = [];
    for (let after = 0; ; ) {
      const page = await openItems(this.#deps.db.reader, { id: this.#batch.id, after, limit: itemsAtOnce });
      for (const { outcome, ...item } of page) {
        if (outcome === 'done') {
          await countRepository(this.#deps, this.#running, item);
          continue;
        }
        const refusal = await this.#attempt(item);
        if (refusal === undefined) continue;
        if (waitsForOthers.includes(refusal.why)) held.push({ item, refusal });
        else await this.#refuse({ item, refusal });
      }
      const last = page.at(-1);
      if (last === undefined) return held;
      after = last.no;
    }
  }

  /** As long as that gets any of them done. */
  async #attemptAgain(given: readonly Held[]): Promise<void> {
    let held = given;
    for (let before = held.length + 1; held.length > 0 && held.length < before; ) {
      before = held.length;
      const left: Held[] = [];
      for (const { item } of held) {
        const refusal = await this.#attempt(item);
        if (refusal !== undefined) left.push({ item, refusal });
      }
      held = left;
    }
    for (const each of held) await this.#refuse(each);
  }

  /** Undefined: it has ended. */
  async #attempt(item: NumberedItem): Promise<Refused | undefined> {
    this.#told.signal.throwIfAborted();
    const attempt = await attemptItem(this.#deps, this.#running, item);
    if (attempt !== 'done' && attempt !== 'gone') return attempt;
    if (attempt === 'gone')
      await this.#deps.db.transaction((tx) => putGone(tx, { batchId: this.#batch.id, no: item.no }));
    this.#ended += 1;
    this.#tell();
    return undefined;
  }

  async #refuse({ item, refusal }: Held): Promise<void> {
    const { id, actor, projectId } = this.#batch;
    await this.#deps.db.transaction((tx) => putRefused(tx, { batchId: id, no: item.no }, refusal));
    // Nobody was refused what is so already.
    if (refusal.why !== 'unchanged')
      noteRefusal(this.#deps.refusals, refusal.error, {
        type: singleEvents[this.#batch.action],
        actor,
        project: projectId ?? undefined,
        object: objectOf(this.#batch, item),
      });
    this.#told.log(`${item.name} stays: ${refusal.reason}`);
    this.#ended += 1;
    this.#tell();
  }

  #tell(): void {
    this.#told.progress({ done: this.#ended, total: this.#total, unit: 'things' });
  }
}
