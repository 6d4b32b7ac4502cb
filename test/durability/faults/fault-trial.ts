import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, type Image, imageOf } from '../../harness/image.ts';
import { type Answer, expectError, locationOf, type RegistryClient } from '../../harness/registry-client.ts';
import type { BerthServer, LogLine } from '../../harness/start-server.ts';
import { type FaultRow, report } from './fault-report.ts';
import { PullMeter, pullRatio, requireRatio } from './pull-meter.ts';

const pushers = 3;
const pauseMs = 20;
const endLimitMs = 60_000;

export interface TrialFault {
  readonly name: string;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** What a push may be refused with meanwhile; none: it must succeed. */
  readonly statuses: readonly number[];
  /** Matches what the log says of each refusal's cause. */
  readonly cause?: RegExp;
  /** Matches what the client is told. */
  readonly told?: RegExp;
  /** How large the blob is that is pulled meanwhile. */
  readonly pulledBytes?: number;
  readonly recovered: string;
}

/** What was acknowledged, kept outside of the server. */
export class Acknowledged {
  readonly #images: { readonly tag: string; readonly image: Image }[] = [];
  readonly #blobs: Buffer[] = [];

  get count(): number {
    return this.#images.length + this.#blobs.length;
  }

  blob(bytes: Buffer): void {
    this.#blobs.push(bytes);
  }

  image(tag: string, image: Image): void {
    this.#images.push({ tag, image });
  }

  /** What the server does not give back byte for byte. */
  async lost(client: RegistryClient): Promise<string[]> {
    const lost: string[] = [];
    for (const bytes of this.#blobs)
      await client.pullBlob('library/trial', bytes).catch((error: unknown) => lost.push(String(error)));
    for (const { tag, image } of this.#images)
      await client.pullImage('library/trial', tag, image).catch((error: unknown) => lost.push(String(error)));
    return lost;
  }
}

/** Lets clients push and pull while something is wrong, and compares what they were told with what is there. */
export class FaultTrial {
  readonly acknowledged = new Acknowledged();
  readonly refused = new Map<string, number>();
  readonly #server: BerthServer;
  readonly #client: RegistryClient;
  #pushed = 0;

  constructor(server: BerthServer) {
    this.#server = server;
    this.#client = server.client();
  }

  /** One image with a tag of its own. Undefined, or the refusal that ended it. */
  async push(layer = 20_000): Promise<Answer | undefined> {
    const tag = `t${this.#pushed++}`;
    const image = imageOf({ seed: `trial ${tag}`, layers: [layer] });
    for (const bytes of [...image.layers, image.config]) {
      const started = await this.#client.call('POST', '/v2/library/trial/blobs/uploads/', { body: '' });
      if (started.status !== 202) return started;
      const answer = await this.#client.finishUpload(locationOf(started), digestOf(bytes), bytes);
      if (answer.status !== 201) return answer;
      this.acknowledged.blob(bytes);
    }
    const answer = await this.#client.putManifest('library/trial', tag, image.manifest);
    if (answer.status !== 201) return answer;
    this.acknowledged.image(tag, image);
    return undefined;
  }

  async mustPush(): Promise<void> {
    const refusal = await this.push();
    assert.equal(refusal, undefined, `refused: ${refusal?.status} ${refusal?.body.toString()}`);
  }

  /** Pushes until `work` is done, noting what is acknowledged and what is refused. */
  async beside<T>(statuses: readonly number[], told: RegExp | undefined, work: Promise<T>): Promise<T> {
    let done = false;
    const all = Array.from({ length: pushers }, async () => {
      while (!done) {
        const refusal = await this.push();
        // As clients do, which do not come back at once when they are refused.
        await delay(pauseMs);
        if (refusal !== undefined) this.#note(refusal, statuses, told);
      }
    });
    const watched = work.finally(() => {
      done = true;
    });
    try {
      return (await Promise.all([watched, ...all]))[0];
    } finally {
      done = true;
    }
  }

  /** Pushes, calls `begin` in the middle, and goes on until `end`, which cuts what is under way. */
  async untilCut<T>(begin: () => void, end: Promise<T>): Promise<T> {
    let ended = false;
    let begun = false;
    const before = this.acknowledged.count;
    const all = Array.from({ length: pushers }, async () => {
      while (!ended) {
        try {
          await this.push();
          if (!begun && this.acknowledged.count >= before + 30) {
            begun = true;
            begin();
          }
        } catch (error) {
          assert.match(String(error), /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up/);
          await end;
        }
      }
    });
    const inTime = delay(endLimitMs, undefined, { ref: false }).then(() => {
      throw new Error(`it did not end within ${endLimitMs} ms`);
    });
    const watched = Promise.race([end, inTime]).finally(() => {
      ended = true;
    });
    return (await Promise.all([watched, ...all]))[0];
  }

  /** The whole: what is acknowledged stays, the rest is refused with a cause, pulls go on, and so does the server. */
  async run(fault: TrialFault): Promise<void> {
    const { statuses, told } = fault;
    for (let count = 0; count < 3; count++) await this.mustPush();
    const meter = await PullMeter.over(this.#server.client(), fault.pulledBytes);
    let during = 0;
    const ratio = await pullRatio(fault.name, async () => {
      const quiet = await this.beside([], undefined, meter.p99());
      const acknowledged = this.acknowledged.count;
      await fault.begin();
      const beside = await this.beside(statuses, told, meter.p99());
      during += this.acknowledged.count - acknowledged;
      await fault.end();
      await this.mustPush();
      return { quiet, beside };
    });
    if (statuses.length > 0) assert.ok(this.refused.size > 0, 'the fault hit nothing');
    await this.#expectCauses(fault);
    const lost = await this.lostAlsoAfterKill();
    this.report({
      fault: fault.name,
      before: this.acknowledged.count - during,
      during,
      lost: lost.length,
      pulls: `${ratio.toFixed(1)}×`,
      recovered: fault.recovered,
    });
    assert.deepEqual(lost, []);
    requireRatio(ratio);
  }

  report(row: Omit<FaultRow, 'refused'>): void {
    report({ ...row, refused: this.refused });
  }

  /** Looks twice: what a running server says may come from its memory. */
  async lostAlsoAfterKill(): Promise<string[]> {
    const running = await this.acknowledged.lost(this.#client);
    await this.#server.kill();
    await this.#server.restart();
    return [...running, ...(await this.acknowledged.lost(this.#client))];
  }

  #note(refusal: Answer, statuses: readonly number[], told: RegExp | undefined): void {
    const text = refusal.body.toString();
    assert.ok(statuses.includes(refusal.status), `${refusal.status} ${text}`);
    const { message, detail = '' } = expectError(refusal, refusal.status, 'UNAVAILABLE');
    assert.ok(refusal.headers['retry-after'] !== undefined, 'when to come again');
    if (told !== undefined) assert.match(`${message}: ${detail}`, told);
    const what = `${refusal.status} "${message}"`;
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
  }

  /** Every refusal is in the log with what the system said. */
  async #expectCauses({ statuses, cause }: TrialFault): Promise<void> {
    if (cause === undefined) return;
    const isRefusal = (line: LogLine): boolean => statuses.includes(Number(line['status']));
    await this.#server.logged(isRefusal);
    const refused = this.#server.log.filter(isRefusal);
    for (const line of refused) assert.match(JSON.stringify(line['error']), cause);
  }
}
