import type { Clock } from '../clock.ts';
import type { Queries, Tx } from '../db/database.ts';
import { logSizes } from './rows/job-log-reads.ts';
import { insertLogPiece, removeLogPieces } from './rows/job-log-writes.ts';

/** Characters of a log that stay from its start, and from its end. */
const headSize = 256 * 1024;
const tailSize = 768 * 1024;
const longestLine = 4096;

interface Piece {
  readonly no: number;
  readonly size: number;
}

/** What a run writes into the log of its job: pieces of some lines, of which the middle ones go when there are too many. */
export class JobLog {
  readonly #id: number;
  readonly #clock: Clock;
  readonly #kept: Piece[];
  #lines: string[] = [];
  #next: number;

  private constructor(id: number, clock: Clock, kept: Piece[]) {
    this.#id = id;
    this.#clock = clock;
    this.#kept = kept;
    this.#next = (kept.at(-1)?.no ?? -1) + 1;
  }

  /** Goes on behind what earlier runs of the job wrote. */
  static async open(db: Queries, id: number, clock: Clock): Promise<JobLog> {
    return new JobLog(id, clock, await logSizes(db, id));
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(line: string): void {
    const text = line
      .replace(/\p{Cc}+/gu, ' ')
      .toWellFormed()
      .slice(0, longestLine)
      .toWellFormed();
    this.#lines.push(`${new Date(this.#clock()).toISOString()} ${text}\n`);
  }

  /** What was added since, as a write for a transaction that may be run more than once. */
  take(): ((tx: Tx) => Promise<void>) | undefined {
    if (this.isEmpty) return undefined;
    // A burst of lines is no longer than what is kept of it.
    const text = shortened(this.#lines.join(''));
    this.#lines = [];
    const piece = { id: this.#id, no: this.#next, text };
    this.#next += 1;
    this.#kept.push({ no: piece.no, size: text.length });
    const gone = this.#dropMiddle();
    return async (tx) => {
      await insertLogPiece(tx, piece);
      if (gone !== undefined) await removeLogPieces(tx, { id: this.#id, ...gone });
    };
  }

  #dropMiddle(): { readonly from: number; readonly to: number } | undefined {
    let head = 0;
    let from = 0;
    while (from < this.#kept.length && head < headSize) {
      head += this.#kept[from]?.size ?? 0;
      from += 1;
    }
    let tail = 0;
    let to = this.#kept.length;
    while (to > from && tail < tailSize) {
      to -= 1;
      tail += this.#kept[to]?.size ?? 0;
    }
    const dropped = this.#kept.splice(from, to - from);
    const [first, last] = [dropped[0], dropped.at(-1)];
    return first === undefined || last === undefined ? undefined : { from: first.no, to: last.no };
  }
}

function shortened(text: string): string {
  if (text.length <= headSize) return text;
  const end = text.slice(-headSize / 2);
  return `${text.slice(0, headSize / 2)}\n…\n${end}`.toWellFormed();
}
