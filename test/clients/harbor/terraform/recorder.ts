import type { IncomingMessage } from 'node:http';
import { HttpProxy } from '../../../harness/http-proxy.ts';
import type { Asked } from './provider-client.ts';

interface Written {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer[];
}

/** Stands before a server and writes down what is asked of its REST API. */
export class Recorder implements AsyncDisposable {
  readonly #proxy: HttpProxy;
  readonly #asked: Written[];

  private constructor(proxy: HttpProxy, asked: Written[]) {
    this.#proxy = proxy;
    this.#asked = asked;
  }

  static async start(port: number): Promise<Recorder> {
    const asked: Written[] = [];
    const bodyMs = ({ method = '', url = '' }: IncomingMessage): number => {
      asked.push({ method, path: url.replace('/api/v2.0', ''), body: [] });
      return 0;
    };
    // Called in one go with the above, so the last request is the body's.
    const through = (body: AsyncIterable<Buffer>, of: 'request' | 'answer'): AsyncIterable<Buffer> => {
      const last = asked.at(-1);
      return of === 'answer' || last === undefined ? body : copied(body, last.body);
    };
    return new Recorder(await HttpProxy.start({ ports: [port], bodyMs, through }), asked);
  }

  get port(): number {
    return this.#proxy.port;
  }

  /** What was asked since the last call. */
  take(): readonly Asked[] {
    return this.#asked.splice(0).map(({ method, path, body }) => {
      const text = Buffer.concat(body).toString();
      return { method, path, body: text === '' ? undefined : JSON.parse(text) };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#proxy[Symbol.asyncDispose]();
  }
}

async function* copied(body: AsyncIterable<Buffer>, into: Buffer[]): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    into.push(piece);
    yield piece;
  }
}

/** Each request once, without the numbers that a server gives, in the order of letters. */
export function shapesOf(asked: readonly Asked[]): readonly string[] {
  const shapes = asked.map(({ method, path, body }) => {
    const anyId = path.replaceAll(/\/\d+(?=[/?]|$)/g, '/N').replaceAll(/ProjectID=\d+/g, 'ProjectID=N');
    // How many pages there are depends on nothing but the sizes of lists.
    const anyPage = anyId.replaceAll(/\bpage=\d+/g, 'page=N');
    return `${method} ${anyPage} ${body === undefined ? '' : JSON.stringify(shapeOf(body))}`.trim();
  });
  return [...new Set(shapes)].toSorted();
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf).toSorted(byText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]: [string, unknown]) => [
        key,
        /^(?:(?:project_)?id|ref)$/.test(key) ? 'N' : shapeOf(inner),
      ])
      .toSorted(byText),
  ) as unknown;
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
