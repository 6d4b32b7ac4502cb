import type { ArchiveServer, downloadAnswer } from '../../archives.ts';
import { Refused, sentenceOf } from './refused.ts';

export interface RestAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

/** A file, or whoever takes the pieces. */
export type DownloadTo = Parameters<typeof downloadAnswer>[2];

const pageSize = 100;
/** A project that is called 7 is not the one with the id 7. */
const byName = { 'X-Is-Resource-Name': 'true' };

/** Speaks Harbor's REST API, to a server at its address or to the one whose socket asks no password. */
export class RestClient {
  readonly #server: ArchiveServer;
  readonly #explain: (problem: unknown) => unknown;

  /** @param explain makes what went wrong on the way a sentence for the user */
  constructor(server: ArchiveServer, explain: (problem: unknown) => unknown) {
    this.#server = server;
    this.#explain = explain;
  }

  /** @throws Refused for an answer of 400 and above, and when nobody answers */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = byName,
  ): Promise<RestAnswer> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await this.#ask(method, path, bytes, headers);
    if (answer.status >= 300) throw new Refused(reasonOf(answer), answer.status);
    return answer;
  }

  /** What is no JSON. @throws Refused as `call` does */
  async send(method: string, path: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    const answer = await this.#ask(method, path, bytes, { 'Content-Type': mediaType });
    if (answer.status >= 300) throw new Refused(reasonOf(answer), answer.status);
  }

  async get<T>(path: string): Promise<T> {
    const { text } = await this.call('GET', path);
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Refused(`the answer to GET ${path} is not JSON; is this a registry?`, 502, { cause });
    }
  }

  /** Every page of a list. */
  async all<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const query = `page=${page}&page_size=${pageSize}`;
      const rows = await this.get<T[]>(`${path}${path.includes('?') ? '&' : '?'}${query}`);
      all.push(...rows);
      if (rows.length < pageSize) return all;
    }
  }

  /** @throws Refused for any answer but 200, and then nothing is written */
  async download(path: string, to: DownloadTo): Promise<void> {
    const { downloadAnswer } = await import('../../archives.ts');
    let answer: { readonly status: number; readonly text: string };
    try {
      answer = await downloadAnswer(this.#server, { method: 'GET', path, headers: {} }, to);
    } catch (problem) {
      throw this.#explain(problem);
    }
    if (answer.status !== 200) throw new Refused(reasonOf(answer), answer.status);
  }

  async #ask(
    method: string,
    path: string,
    bytes: Uint8Array | undefined,
    more: Readonly<Record<string, string>>,
  ): Promise<RestAnswer> {
    const { askRegistry } = await import('../../archives.ts');
    const sent: Record<string, string> =
      bytes === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': String(bytes.length) };
    const headers = { Accept: 'application/json', ...sent, ...more };
    try {
      return await askRegistry(this.#server, { method, path, headers, body: bytes });
    } catch (problem) {
      throw this.#explain(problem);
    }
  }
}

function reasonOf({ status, text }: Pick<RestAnswer, 'status' | 'text'>): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: { message?: string; detail?: string }[] };
    const said = sentenceOf(errors?.[0] ?? {});
    if (said !== undefined && said !== '') return said.replace(/\p{C}+/gu, ' ');
  } catch {
    // A proxy in between answers with a page: the status says enough.
    return `the server answered HTTP ${status}`;
  }
  return `the server answered HTTP ${status}`;
}
