import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, type Image, imageOf, indexOf, type Manifest } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';

const retryMs = 100;

export interface Totals {
  acknowledged: number;
  /** Answers 503, each with `Retry-After`. */
  refused: number;
  /** Uploads that could not be gone on with and were begun anew. */
  begunAnew: number;
  pulled: number;
}

/** A client that pushes, moves tags, deletes and pulls until it is stopped, and asks again what was refused. */
export class PersistentClient {
  readonly totals: Totals = { acknowledged: 0, refused: 0, begunAnew: 0, pulled: 0 };
  readonly #client: RegistryClient;
  readonly #name: string;
  readonly #images: { readonly tag: string; readonly image: Image }[] = [];
  #moved: Manifest | undefined;
  #deleted: string[] = [];

  constructor(client: RegistryClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async work(signal: AbortSignal): Promise<void> {
    for (let no = 0; !signal.aborted; no++) {
      await this.#push(no);
      await this.#moveTag(no);
      if (no % 4 === 3) await this.#delete();
      await this.#pull(no);
    }
  }

  /** Everything that was acknowledged, as the registry has it now. */
  async lost(): Promise<string[]> {
    const lost: string[] = [];
    const moved = this.#moved === undefined ? [] : [['moving', this.#moved.bytes] as const];
    const expected = [
      ...moved,
      ...this.#images.flatMap(({ tag, image }) => [
        [tag, image.manifest.bytes] as const,
        [image.manifest.digest, image.manifest.bytes] as const,
      ]),
    ];
    for (const [reference, bytes] of expected) {
      const answer = await this.#client.get(this.#manifest(reference));
      if (answer.status !== 200 || !answer.body.equals(bytes)) lost.push(`${reference}: ${answer.status}`);
    }
    for (const { image } of this.#images) {
      for (const blob of [image.config, ...image.layers]) {
        const answer = await this.#client.get(this.#blob(blob));
        if (answer.status !== 200 || !answer.body.equals(blob)) lost.push(`a blob: ${answer.status}`);
      }
    }
    for (const digest of this.#deleted) {
      const answer = await this.#client.get(this.#manifest(digest));
      if (answer.status !== 404) lost.push(`${digest}: deleted, and ${answer.status}`);
    }
    return lost;
  }

  async #push(no: number): Promise<void> {
    const image = imageOf({ seed: `${this.#name}-${no}`, layers: [3000, 80_000] });
    for (const blob of [image.config, ...image.layers]) await this.#pushBlob(blob);
    const tag = `v${no}`;
    await this.#again(() => this.#client.putManifest(this.#name, tag, image.manifest), [201]);
    this.#images.push({ tag, image });
    this.totals.acknowledged += 1;
  }

  async #pushBlob(bytes: Buffer): Promise<void> {
    for (;;) {
      const started = await this.#again(
        () => this.#client.call('POST', `/v2/${this.#name}/blobs/uploads/`, { body: '' }),
        [202],
      );
      const location = String(started.headers.location);
      const put = () => this.#client.finishUpload(location, digestOf(bytes), bytes);
      const ended = await this.#again(put, [201, 404, 416]);
      if (ended.status === 201) break;
      this.totals.begunAnew += 1;
    }
    this.totals.acknowledged += 1;
  }

  async #moveTag(no: number): Promise<void> {
    const manifest = indexOf([], false, { annotations: { name: this.#name, no: `${no}` } });
    await this.#again(() => this.#client.putManifest(this.#name, 'moving', manifest), [201]);
    this.#moved = manifest;
    this.totals.acknowledged += 1;
  }

  async #delete(): Promise<void> {
    const [first] = this.#images.splice(0, 1);
    if (first === undefined) return;
    const { digest } = first.image.manifest;
    // Asked a second time after an answer that was lost, it may be gone already.
    await this.#again(() => this.#client.delete(this.#manifest(digest)), [202, 404]);
    this.#deleted.push(digest);
    this.totals.acknowledged += 1;
  }

  async #pull(no: number): Promise<void> {
    const found = this.#images[no % this.#images.length];
    if (found === undefined) return;
    const { tag, image } = found;
    const manifest = await this.#again(() => this.#client.get(this.#manifest(tag)), [200]);
    assert.ok(manifest.body.equals(image.manifest.bytes));
    for (const blob of [image.config, ...image.layers]) {
      const answer = await this.#again(() => this.#client.get(this.#blob(blob)), [200]);
      assert.ok(answer.body.equals(blob));
    }
    this.totals.pulled += 1;
  }

  /** Until it is answered with one of these; the only other answer that is allowed says "later". */
  async #again(ask: () => Promise<Answer>, statuses: readonly number[]): Promise<Answer> {
    for (;;) {
      const answer = await ask();
      if (statuses.includes(answer.status)) return answer;
      expectStatus(answer, 503);
      assert.ok(answer.headers['retry-after'] !== undefined, 'a 503 without Retry-After');
      this.totals.refused += 1;
      await delay(retryMs);
    }
  }

  #manifest(reference: string): string {
    return `/v2/${this.#name}/manifests/${reference}`;
  }

  #blob(bytes: Buffer): string {
    return `/v2/${this.#name}/blobs/${digestOf(bytes)}`;
  }
}
