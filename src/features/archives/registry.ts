import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveProblem } from '../../lib/archive-problem.ts';
import type { Digest } from '../../lib/oci/digest.ts';
import { maxManifestBytes } from '../../lib/oci/manifest.ts';
import { manifestShapes, mediaTypes } from '../../lib/oci/media-types.ts';
import type { HttpAnswer, HttpCaller } from '../../platform/http/client/http-caller.ts';
import type { PlannedManifest } from './planned-image.ts';

/** What a list of referrers says of one. */
export interface Referrer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly artifactType?: string;
}

const acceptManifests = [...manifestShapes.keys()].join(', ');
const maxTries = 6;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;
const maxErrorBytes = 64 * 1024;
/** A list of referrers may be longer than what a registry takes as a manifest. */
const maxListBytes = 4 * maxManifestBytes;

/** A registry as its clients see it (distribution-spec). */
export class Registry {
  readonly #caller: HttpCaller;

  constructor(caller: HttpCaller) {
    this.#caller = caller;
  }

  /** Also false where there is no such repository, or none for us: an upload is told why. */
  async hasBlob(repository: string, digest: Digest): Promise<boolean> {
    const answer = await this.#ask('HEAD', `/v2/${repository}/blobs/${digest}`, {}, [200, 403, 404]);
    await finish(answer);
    return answer.status === 200;
  }

  /**
   * False: it has to be uploaded.
   * @param from undefined: from any repository that may be pulled from (distribution-spec, end-11)
   */
  async mountBlob(repository: string, digest: Digest, from?: string): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, ...(from === undefined ? {} : { from }) });
    const answer = await this.#ask(
      'POST',
      `/v2/${repository}/blobs/uploads/?${query.toString()}`,
      {},
      [201, 202],
    );
    await finish(answer);
    if (answer.status === 201) return true;
    await finish(await this.#ask('DELETE', locationOf(answer), {}, [204]));
    return false;
  }

  /** The registry compares the bytes with the digest. */
  async putBlob(
    repository: string,
    digest: Digest,
    body: { readonly sizeBytes: number; readonly bytes: AsyncIterable<Uint8Array> },
  ): Promise<void> {
    const started = await this.#ask('POST', `/v2/${repository}/blobs/uploads/`, {}, [202]);
    await finish(started);
    const location = locationOf(started);
    const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(body.sizeBytes) };
    const answer = await this.#caller.call({ method: 'PUT', path, headers, body: body.bytes });
    await finish(await expected(answer, [201]));
  }

  async putManifest(repository: string, manifest: PlannedManifest, tag: string | undefined): Promise<void> {
    const query = tag === undefined ? '' : `?${new URLSearchParams({ tag }).toString()}`;
    const path = `/v2/${repository}/manifests/${manifest.digest}${query}`;
    const headers = { 'Content-Type': manifest.mediaType, 'Content-Length': String(manifest.bytes.length) };
    await finish(await this.#ask('PUT', path, headers, [201], manifest.bytes));
  }

  /** @throws ArchiveProblem refused, with status 404 where there is none */
  async getManifest(
    repository: string,
    reference: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await this.#ask('GET', path, { Accept: acceptManifests }, [200]);
    const bytes = await collect(answer, maxManifestBytes);
    return { bytes, mediaType: answer.headers['content-type']?.split(';', 1)[0]?.trim() ?? '' };
  }

  async getBlob(repository: string, digest: Digest): Promise<AsyncIterable<Uint8Array>> {
    return (await this.#ask('GET', `/v2/${repository}/blobs/${digest}`, {}, [200])).body;
  }

  /** All pages. */
  async listReferrers(repository: string, digest: Digest): Promise<Referrer[]> {
    const all: Referrer[] = [];
    for (let path: string | undefined = `/v2/${repository}/referrers/${digest}`; path !== undefined; ) {
      const answer: HttpAnswer = await this.#ask('GET', path, { Accept: mediaTypes.ociIndex }, [200]);
      const text = new TextDecoder().decode(await collect(answer, maxListBytes));
      all.push(...(JSON.parse(text) as { manifests: Referrer[] }).manifests);
      path = nextOf(answer);
    }
    return all;
  }

  /** What a registry is too busy for is asked again, for as long as it says. */
  async #ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    statuses: readonly number[],
    body?: Uint8Array,
  ): Promise<HttpAnswer> {
    for (let tried = 1; ; tried += 1) {
      const answer = await this.#caller.call({ method, path, headers, body });
      const busy = answer.status === 429 || answer.status === 503;
      if (!busy || tried === maxTries) return expected(answer, statuses);
      await finish(answer);
      const told = Number(answer.headers['retry-after']) * 1000;
      await delay(Math.min(longestWaitMs, told > 0 ? told : firstWaitMs * tried));
    }
  }
}

/** Within this registry only, whatever host it names. */
function locationOf({ headers }: HttpAnswer): string {
  const { location = '' } = headers;
  const url = URL.parse(location, 'http://registry');
  if (location === '' || url === null)
    throw new ArchiveProblem('refused', { detail: 'the registry did not say where to upload to' });
  return url.pathname + url.search;
}

function nextOf({ headers }: HttpAnswer): string | undefined {
  const [, path] = /<([^>]+)>;\s*rel="?next"?/.exec(String(headers['link'] ?? '')) ?? [];
  return path === undefined ? undefined : locationOf({ headers: { location: path } } as HttpAnswer);
}

async function expected(answer: HttpAnswer, statuses: readonly number[]): Promise<HttpAnswer> {
  if (statuses.includes(answer.status)) return answer;
  const { status } = answer;
  if (status === 401) throw new ArchiveProblem('signInRefused', {}, { status });
  const text = new TextDecoder().decode(await collect(answer, maxErrorBytes));
  throw new ArchiveProblem('refused', { detail: sentenceOf(text) ?? `HTTP ${status}` }, { status });
}

function sentenceOf(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // A proxy's page says nothing that a terminal should show.
    return undefined;
  }
  const { errors } = (json ?? {}) as { errors?: readonly { message?: unknown; detail?: unknown }[] };
  const { message, detail } = errors?.[0] ?? {};
  if (typeof message !== 'string') return undefined;
  return typeof detail === 'string' ? `${message}; ${detail}` : message;
}

async function collect(answer: HttpAnswer, mostBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body) {
    bytes += piece.length;
    if (bytes > mostBytes)
      throw new ArchiveProblem('refused', { detail: `an answer of more than ${mostBytes} bytes` });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** So that the connection is used again. */
async function finish(answer: HttpAnswer): Promise<void> {
  await collect(answer, maxErrorBytes);
}
