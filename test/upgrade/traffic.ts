import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer } from '../harness/balancer.ts';
import { type Image, imageOf, SeededChance } from '../harness/image.ts';
import {
  type Answer,
  type Call,
  expectStatus,
  type PushWay,
  RegistryClient,
} from '../harness/registry-client.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

export interface Pushed {
  readonly repository: string;
  readonly tag: string;
  readonly image: Image;
}

const ways: readonly PushWay[] = ['monolithic', 'streamed', 'chunked'];
const workers = 6;

/** Clients that push and pull all the time, one image after the other, and remember what was acknowledged. */
export class Traffic {
  /** Everything whose push was acknowledged. */
  readonly pushed: Pushed[] = [];
  readonly failures: string[] = [];
  readonly #client: MeasuringClient;
  readonly #running: Promise<unknown>;
  #pulls = 0;
  #stopped = false;

  constructor(balancer: Balancer) {
    this.#client = new MeasuringClient(balancer);
    this.#running = Promise.all(Array.from({ length: workers }, (_, no) => this.#work(no)));
  }

  get requests(): number {
    return this.#client.requests;
  }

  /** The longest answer since it was asked for last, in milliseconds. */
  takeSlowest(): { readonly pull: number; readonly push: number } {
    const { slowest } = this.#client;
    this.#client.slowest = { pull: 0, push: 0 };
    return slowest;
  }

  /** Until so many more images were pushed, and pulled. */
  async goOn(images = 10): Promise<void> {
    const [pushed, pulls] = [this.pushed.length + images, this.#pulls + images];
    await waitUntil(
      `${images} more images are pushed and pulled`,
      () => this.failures.length > 0 || (this.pushed.length >= pushed && this.#pulls >= pulls),
      60_000,
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #work(no: number): Promise<void> {
    const chance = new SeededChance(`worker ${no}`);
    for (let round = 0; !this.#stopped && this.failures.length < 20; round++) {
      try {
        await this.#push(no, round);
        await this.#pull(this.pushed[chance.below(this.pushed.length)]);
      } catch (error) {
        this.failures.push(String(error));
      }
      await delay(20);
    }
  }

  async #push(no: number, round: number): Promise<void> {
    const repository = `library/worker-${no % 3}`;
    const tag = `w${no}-${round}`;
    const image = imageOf({ seed: `${no}/${round}`, layers: [3000, 90_000] });
    await this.#client.pushImage(repository, tag, image, ways[round % ways.length]);
    this.pushed.push({ repository, tag, image });
    await this.#client.pushManifest(repository, `latest-${no}`, image.manifest);
  }

  async #pull(found: Pushed | undefined): Promise<void> {
    if (found === undefined) return;
    await this.#client.pullImage(found.repository, found.tag, found.image);
    expectStatus(await this.#client.get(`/v2/${found.repository}/tags/list?n=10`), 200);
    this.#pulls += 1;
  }
}

class MeasuringClient extends RegistryClient {
  requests = 0;
  slowest = { pull: 0, push: 0 };

  constructor(balancer: Balancer) {
    super(() => ({ host: '127.0.0.1', port: 0 }), { username: 'admin', password }, balancer);
  }

  override async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const begun = performance.now();
    let answer: Answer;
    try {
      answer = await super.call(method, path, call);
    } catch (cause) {
      throw new Error(`${method} ${path}: ${String(cause)}`, { cause });
    }
    this.requests += 1;
    const kind = method === 'GET' ? 'pull' : 'push';
    this.slowest[kind] = Math.max(this.slowest[kind], performance.now() - begun);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${String(answer.body)}`);
    return answer;
  }
}
