import type { IncomingMessage } from 'node:http';
import type { RegistryClient } from './registry-client.ts';
import { waitUntil } from './wait-until.ts';

export interface Message {
  readonly id: number | undefined;
  /** `audit`, `job`, `upload`, `ready`, `reset`, `end`; `retry` and comments are none. */
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it came here. */
  readonly at: number;
}

/** A client of the event stream: what it was told, in its order. */
export class EventFollower implements Disposable {
  readonly messages: Message[] = [];
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** When the stream ended, or was cut. */
  endedAt: number | undefined;
  readonly #response: IncomingMessage;
  #rest = '';

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.once('close', () => {
      this.endedAt = performance.now();
    });
    response.on('error', () => response.destroy());
  }

  /** Begun, and told whatever there was. */
  static async open(
    client: RegistryClient,
    query = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventFollower> {
    const request = client.begin('GET', `/api/berth/v1/events${query}`, headers);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
      request.end();
    });
    const follower = new EventFollower(response);
    if (follower.status === 200)
      await waitUntil(
        'the stream is ready',
        () => follower.of('ready').length > 0 || follower.endedAt,
        60_000,
      );
    return follower;
  }

  of(kind: string): Message[] {
    return this.messages.filter((each) => each.kind === kind);
  }

  get ids(): number[] {
    return this.messages.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }

  [Symbol.dispose](): void {
    this.#response.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
      const [id, kind] = [fields.get('id'), fields.get('event')];
      if (kind === undefined) continue;
      const data = JSON.parse(fields.get('data') ?? '') as Message['data'];
      this.messages.push({
        id: id === undefined ? undefined : Number(id),
        kind,
        data,
        at: performance.now(),
      });
    }
  }
}
