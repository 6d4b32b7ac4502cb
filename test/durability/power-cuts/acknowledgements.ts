import { statSync } from 'node:fs';
import type { Answer } from '../../harness/registry-client.ts';
import type { TraceRecord } from './trace-reader.ts';

/** A change that a client asked for: what some addresses stand for from then on, or that they stand for nothing. */
interface Change {
  readonly to: Buffer | undefined;
  /** Bytes of the trace when it was sent: no earlier cut can have seen it. */
  readonly sentAt: number;
  /** Id of the request that was answered; undefined: never answered. */
  answeredBy: string | undefined;
}

/** Keeps what was asked for and what was acknowledged, outside of the server. */
export class Acknowledgements {
  readonly #trace: string;
  readonly #changes = new Map<string, Change[]>();
  /** Changes that were answered. */
  count = 0;

  constructor(trace: string) {
    this.#trace = trace;
  }

  /** Sends what gives the addresses (paths of GET) new content, and notes the answer. */
  async change(
    addresses: readonly string[],
    to: Buffer | undefined,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const change: Change = { to, sentAt: sizeOf(this.#trace), answeredBy: undefined };
    for (const address of addresses) {
      const known = this.#changes.get(address);
      if (known === undefined) this.#changes.set(address, [change]);
      else known.push(change);
    }
    const answer = await send();
    const expected = to === undefined ? 202 : 201;
    if (answer.status !== expected)
      throw new Error(
        `${answer.status} instead of ${expected} for ${addresses[0] ?? ''}: ${answer.body.toString()}`,
      );
    change.answeredBy = String(answer.headers['x-request-id']);
    this.count += 1;
    return answer;
  }

  /** Puts the answers in order with the calls of the trace. */
  settle(records: readonly TraceRecord[]): AddressHistory[] {
    const answers = new Map<string, number>();
    for (const [index, { kind, name }] of records.entries()) if (kind === 'answer') answers.set(name, index);
    return [...this.#changes].map(([address, changes]) => ({
      address,
      changes: changes.map(({ to, sentAt, answeredBy }) => ({
        to,
        sentAt,
        answeredAt: answeredBy === undefined ? Number.POSITIVE_INFINITY : indexOf(answers, answeredBy),
      })),
    }));
  }
}

export interface AddressHistory {
  readonly address: string;
  readonly changes: readonly {
    readonly to: Buffer | undefined;
    readonly sentAt: number;
    /** Index of the answer's record. */
    readonly answeredAt: number;
  }[];
}

/** What an address may stand for after a cut: what was acknowledged last, and what was asked for since. */
export function allowedAfter(
  history: AddressHistory,
  cut: { readonly records: number; readonly traceBytes: number },
): (Buffer | undefined)[] {
  let allowed: (Buffer | undefined)[] = [undefined];
  for (const { to, sentAt, answeredAt } of history.changes) {
    if (answeredAt < cut.records) allowed = [to];
    else if (sentAt < cut.traceBytes) allowed.push(to);
  }
  return allowed;
}

function indexOf(answers: ReadonlyMap<string, number>, id: string): number {
  const index = answers.get(id);
  if (index === undefined) throw new Error(`the trace has no answer to the request ${id}`);
  return index;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
