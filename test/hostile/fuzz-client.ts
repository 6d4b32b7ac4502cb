import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  childOf,
  digestOf,
  type Image,
  imageOf,
  indexOf,
  type Manifest,
  SeededChance,
  seededBytes,
  sha512Of,
  types,
} from '../harness/image.ts';
import {
  type Answer,
  type Call,
  locationOf,
  type PushWay,
  piecesOf,
  type RegistryClient,
} from '../harness/registry-client.ts';

/** What all clients together have met. */
export class Tally {
  readonly statuses = new Map<number, number>();
  requests = 0;

  add(status: number): void {
    this.requests += 1;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }
}

const ways: readonly PushWay[] = ['monolithic', 'streamed', 'chunked'];
/** So many different contents does a client know, so that a long run fills no disk. */
const contents = 150;
const mostOpenUploads = 5;
/** Where all clients do as they like: what is there is known of nobody. */
const sharedRepository = 'library/shared';

type Ask = [method: string, path: string, call?: Call, client?: RegistryClient];

interface Held {
  readonly manifest: Manifest;
  readonly blobs: readonly string[];
}

/**
 * One client of two instances: does what is right and what is wrong in its own repository, whose content it knows
 * exactly, and in one that it shares. Its requests follow from its seed.
 */
export class FuzzClient {
  readonly repository: string;
  readonly #chance: SeededChance;
  readonly #clients: readonly RegistryClient[];
  readonly #tally: Tally;
  /** Bytes of what the repository has to serve. */
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Held>();
  readonly #tags = new Map<string, string>();
  readonly #open: string[] = [];

  constructor(input: { no: number; seed: number; clients: readonly RegistryClient[]; tally: Tally }) {
    this.repository = `library/fuzz-${input.no}`;
    this.#chance = new SeededChance(`${input.seed}/${input.no}`);
    this.#clients = input.clients;
    this.#tally = input.tally;
  }

  /** One action; throws where an answer is not right. */
  async act(): Promise<void> {
    const actions = [
      () => this.#pushImage(),
      () => this.#pushImage(),
      () => this.#pushBlob(),
      () => this.#alternate(),
      () => this.#disorder(),
      () => this.#otherContent(),
      () => this.#mount(),
      () => this.#pushIndex(),
      () => this.#pull(),
      () => this.#pull(),
      () => this.#range(),
      () => this.#list(),
      () => this.#deleteTag(),
      () => this.#deleteManifest(),
      () => this.#deleteBlob(),
      () => this.#unheld(),
      () => this.#breakOff(),
      () => this.#shared(),
      () => this.#shared(),
    ];
    await this.#chance.pick(actions)();
  }

  /** Everything that was acknowledged is served by each instance, and nothing else is listed. */
  async checkAll(): Promise<void> {
    for (const client of this.#clients) {
      for (const [digest, bytes] of this.#blobs) await this.#expectBlob(client, digest, bytes);
      for (const [digest, { manifest }] of this.#manifests)
        await this.#expectManifest(client, digest, manifest);
      for (const [tag, digest] of this.#tags) {
        const held = this.#manifests.get(digest);
        assert.ok(held !== undefined);
        await this.#expectManifest(client, tag, held.manifest);
      }
      await this.#expectTags(client);
    }
  }

  get #client(): RegistryClient {
    return this.#chance.pick(this.#clients);
  }

  async #call(method: string, path: string, call: Call = {}, client = this.#client): Promise<Answer> {
    for (;;) {
      const answer = await client.call(method, path, call);
      this.#tally.add(answer.status);
      const what = `${method} ${path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`;
      assert.ok(answer.status < 500, what);
      checkContent(path, answer);
      if (answer.status !== 429) return answer;
      const seconds = Number(answer.headers['retry-after']);
      assert.ok(seconds > 0, `${what}, without Retry-After`);
      await delay(seconds * 1000);
    }
  }

  async #expect(status: number | readonly number[], ...call: Ask): Promise<Answer> {
    const answer = await this.#call(...call);
    const right = typeof status === 'number' ? [status] : status;
    const said = answer.body.toString().slice(0, 300);
    assert.ok(
      right.includes(answer.status),
      `${call[0]} ${call[1]}: ${answer.status}, not ${right.join()}: ${said}`,
    );
    return answer;
  }

  #content(): Buffer {
    const no = this.#chance.below(contents);
    const size = no % 25 === 0 ? 300_000 + no : (no * 131) % 9000;
    return seededBytes(`${this.repository}/${no}`, size);
  }

  #image(): Image {
    return imageOf({ seed: `${this.repository}/${this.#chance.below(contents)}`, layers: [1000, 200] });
  }

  #tag(): string {
    return `t${this.#chance.below(12)}`;
  }

  async #start(client = this.#client): Promise<string> {
    const path = `/v2/${this.repository}/blobs/uploads/`;
    return locationOf(await this.#expect(202, 'POST', path, { body: '' }, client));
  }

  async #send(bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    const way = this.#chance.pick(ways);
    let location = await this.#start();
    const pieces = way === 'chunked' ? [...piecesOf(bytes, Math.ceil(bytes.length / 3) || 1)] : [bytes];
    let offset = 0;
    for (const piece of way === 'monolithic' ? [] : pieces) {
      const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
      const headers = way === 'chunked' && piece.length > 0 ? range : {};
      const body = way === 'streamed' ? piecesOf(piece, 4096) : piece;
      location = locationOf(await this.#expect(202, 'PATCH', location, { headers, body }));
      offset += piece.length;
    }
    const body = way === 'monolithic' ? bytes : Buffer.alloc(0);
    const closing = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
    await this.#expect(201, 'PUT', closing, { body });
    return digest;
  }

  async #keep(bytes: Buffer): Promise<string> {
    const digest = await this.#send(bytes);
    this.#blobs.set(digest, bytes);
    return digest;
  }

  async #pushBlob(): Promise<void> {
    const bytes = this.#content();
    const digest = await this.#keep(bytes);
    for (const client of this.#clients) await this.#expectBlob(client, digest, bytes);
  }

  /** Chunks that go to the instances in turn. */
  async #alternate(): Promise<void> {
    const bytes = this.#content();
    if (bytes.length === 0) return;
    let location = await this.#start();
    let at = 0;
    for (const piece of piecesOf(bytes, Math.ceil(bytes.length / 4))) {
      const headers = { 'Content-Range': `${at}-${at + piece.length - 1}` };
      const answer = await this.#expect(202, 'PATCH', location, { headers, body: piece });
      assert.equal(answer.headers.range, `0-${at + piece.length - 1}`);
      location = locationOf(answer);
      at += piece.length;
    }
    await this.#expect(201, 'PUT', `${location}?digest=${digestOf(bytes)}`, { body: '' });
    this.#blobs.set(digestOf(bytes), bytes);
  }

  async #disorder(): Promise<void> {
    const location = await this.#start();
    const first = seededBytes('first', 100);
    const at = async (range: string, statuses: readonly number[], body = first): Promise<void> => {
      await this.#expect(statuses, 'PATCH', location, { headers: { 'Content-Range': range }, body });
    };
    await at('100-199', [416]);
    await at('0-99', [202]);
    await at('0-99', [416]);
    await at('100-120', [400, 416]);
    await at(this.#chance.text('0123456789-/*bytes ', 12), [202, 400, 416]);
    const status = await this.#expect([200, 204], 'GET', location);
    assert.match(String(status.headers.range), /^0-\d+$/);
    await this.#expect(400, 'PUT', `${location}?digest=${this.#chance.text('sha256:0f', 71)}`, { body: '' });
    await this.#expect([204, 404], 'DELETE', location);
  }

  async #otherContent(): Promise<void> {
    const location = await this.#start();
    const wrong = digestOf(Buffer.from(`wrong ${this.#chance.below(1e6)}`));
    await this.#expect(400, 'PUT', `${location}?digest=${wrong}`, { body: this.#content() });
    await this.#expect(404, 'GET', `/v2/${this.repository}/blobs/${wrong}`);
  }

  async #mount(): Promise<void> {
    const known = [...this.#blobs.keys()];
    if (known.length === 0) return;
    const digest = this.#chance.pick(known);
    const query = `?mount=${digest}&from=${this.repository}`;
    await this.#expect(201, 'POST', `/v2/${sharedRepository}/blobs/uploads/${query}`, { body: '' });
    const absent = `?mount=${digestOf(Buffer.from('absent'))}&from=${this.repository}`;
    const answer = await this.#expect(202, 'POST', `/v2/${this.repository}/blobs/uploads/${absent}`, {
      body: '',
    });
    await this.#expect(204, 'DELETE', locationOf(answer));
  }

  async #put(reference: string, manifest: Manifest, status = 201): Promise<void> {
    const headers = { 'Content-Type': manifest.mediaType };
    const path = `/v2/${this.repository}/manifests/${reference}`;
    await this.#expect(status, 'PUT', path, { headers, body: manifest.bytes });
  }

  async #pushImage(): Promise<void> {
    const image = this.#image();
    const blobs: string[] = [];
    for (const bytes of [...image.layers, image.config]) blobs.push(await this.#keep(bytes));
    const tag = this.#tag();
    await this.#put(tag, image.manifest);
    this.#manifests.set(image.manifest.digest, { manifest: image.manifest, blobs });
    this.#tags.set(tag, image.manifest.digest);
    for (const client of this.#clients) await this.#expectManifest(client, tag, image.manifest);
  }

  async #pushIndex(): Promise<void> {
    const known = [...this.#manifests.values()].filter(
      ({ manifest }) => manifest.mediaType === types.ociManifest,
    );
    if (known.length < 2) return;
    const children = [this.#chance.pick(known), this.#chance.pick(known)].map(({ manifest }) =>
      childOf(manifest),
    );
    const index = indexOf(children, false, { subject: children[0] });
    await this.#put(index.digest, index);
    this.#manifests.set(index.digest, { manifest: index, blobs: [] });
    const subject = children[0]?.digest ?? '';
    for (const client of this.#clients) {
      const answer = await this.#expect(
        200,
        'GET',
        `/v2/${this.repository}/referrers/${subject}`,
        {},
        client,
      );
      assert.ok(answer.body.includes(index.digest), `${index.digest} is no referrer of ${subject}`);
    }
  }

  async #unheld(): Promise<void> {
    const image = imageOf({ seed: `unheld ${this.repository} ${this.#chance.below(1e6)}` });
    await this.#put(this.#tag(), image.manifest, 400);
    const wrong = { ...image.manifest, bytes: image.manifest.bytes.subarray(0, this.#chance.below(200)) };
    await this.#put(this.#tag(), wrong, 400);
  }

  async #pull(): Promise<void> {
    const tags = [...this.#tags];
    if (tags.length === 0) return;
    const [tag, digest] = this.#chance.pick(tags);
    const held = this.#manifests.get(digest);
    assert.ok(held !== undefined);
    for (const client of this.#clients) {
      await this.#expectManifest(client, tag, held.manifest);
      for (const blob of held.blobs) await this.#expectBlob(client, blob, this.#blobs.get(blob));
    }
  }

  async #range(): Promise<void> {
    const known = [...this.#blobs].filter(([, bytes]) => bytes.length > 10);
    if (known.length === 0) return;
    const [digest, bytes] = this.#chance.pick(known);
    const path = `/v2/${this.repository}/blobs/${digest}`;
    const from = this.#chance.below(bytes.length);
    const to = from + this.#chance.below(bytes.length - from);
    const part = await this.#expect(206, 'GET', path, { headers: { Range: `bytes=${from}-${to}` } });
    assert.ok(part.body.equals(bytes.subarray(from, to + 1)), `${path}: ${from}-${to} are other bytes`);
    const beyond = { Range: `bytes=${bytes.length}-` };
    await this.#expect(416, 'GET', path, { headers: beyond });
    const odd = { Range: this.#chance.text('bytes=-,0123456789 ', 14) };
    await this.#expect([200, 206, 400, 416], 'GET', path, { headers: odd });
  }

  async #list(): Promise<void> {
    if (this.#tags.size > 0) await this.#expectTags(this.#client);
    const odd = encodeURIComponent(this.#chance.text('0123456789-t%\0é', 5));
    await this.#expect([200, 400, 404], 'GET', `/v2/${this.repository}/tags/list?n=${odd}&last=${odd}`);
    await this.#expect([200, 400], 'GET', `/v2/_catalog?n=${odd}`);
  }

  async #deleteTag(): Promise<void> {
    const tag = this.#tag();
    const status = this.#tags.has(tag) ? 202 : 404;
    await this.#expect(status, 'DELETE', `/v2/${this.repository}/manifests/${tag}`);
    this.#tags.delete(tag);
    for (const client of this.#clients)
      await this.#expect(404, 'GET', `/v2/${this.repository}/manifests/${tag}`, {}, client);
  }

  async #deleteManifest(): Promise<void> {
    const known = [...this.#manifests];
    if (known.length < 8) return;
    const [digest, held] = this.#chance.pick(known);
    const { status } = await this.#call('DELETE', `/v2/${this.repository}/manifests/${digest}`);
    // An index that is kept holds its children.
    if (status !== 202) return;
    this.#manifests.delete(digest);
    for (const [tag, target] of this.#tags) if (target === digest) this.#tags.delete(tag);
    const others = new Set([...this.#manifests.values()].flatMap(({ blobs }) => blobs));
    for (const blob of held.blobs) if (!others.has(blob)) this.#blobs.delete(blob);
    for (const client of this.#clients)
      await this.#expect(404, 'GET', `/v2/${this.repository}/manifests/${digest}`, {}, client);
  }

  async #deleteBlob(): Promise<void> {
    const known = [...this.#blobs.keys()];
    if (known.length === 0) return;
    const digest = this.#chance.pick(known);
    const needed = [...this.#manifests.values()].some(({ blobs }) => blobs.includes(digest));
    await this.#expect(needed ? 405 : 202, 'DELETE', `/v2/${this.repository}/blobs/${digest}`);
    if (!needed) this.#blobs.delete(digest);
  }

  /** The connection breaks in the middle of a body; the upload stays, until there are too many. */
  async #breakOff(): Promise<void> {
    const location = await this.#start();
    this.#open.push(location);
    const headers = { 'Content-Length': '100000' };
    const request = this.#client.begin(this.#chance.pick(['PATCH', 'PUT']), location, headers);
    const ended = Promise.withResolvers<undefined>();
    request.once('close', () => ended.resolve(undefined));
    request.on('error', () => request.destroy());
    request.write(seededBytes('broken', this.#chance.below(60_000)), () => request.destroy());
    await ended.promise;
    if (this.#open.length <= mostOpenUploads) return;
    await this.#expect([204, 404], 'DELETE', this.#open.shift() ?? '');
  }

  /** Everybody at once, with few contents and tags; what comes back has to be what its digest says. */
  async #shared(): Promise<void> {
    const image = imageOf({ seed: `shared ${this.#chance.below(6)}`, layers: [500] });
    const base = `/v2/${sharedRepository}`;
    const tag = `t${this.#chance.below(3)}`;
    for (const bytes of [...image.layers, image.config]) {
      const digest = this.#chance.below(4) === 0 ? sha512Of(bytes) : digestOf(bytes);
      const started = await this.#expect(202, 'POST', `${base}/blobs/uploads/`, { body: '' });
      await this.#expect(201, 'PUT', `${locationOf(started)}?digest=${digest}`, { body: bytes });
    }
    const headers = { 'Content-Type': image.manifest.mediaType };
    const { bytes } = image.manifest;
    await this.#expect([201, 400], 'PUT', `${base}/manifests/${tag}`, { headers, body: bytes });
    const { digest } = image.manifest;
    await this.#expect([200, 404], 'GET', `${base}/manifests/${this.#chance.pick([tag, digest])}`);
    await this.#expect([202, 404], 'DELETE', `${base}/manifests/${this.#chance.pick([tag, digest, digest])}`);
    const blob = digestOf(this.#chance.pick(image.layers));
    await this.#expect([200, 404], 'GET', `${base}/blobs/${blob}`);
    if (this.#chance.below(2) === 0) await this.#expect([202, 404, 405], 'DELETE', `${base}/blobs/${blob}`);
  }

  async #expectBlob(client: RegistryClient, digest: string, bytes: Buffer | undefined): Promise<void> {
    const answer = await this.#expect(200, 'GET', `/v2/${this.repository}/blobs/${digest}`, {}, client);
    assert.ok(bytes !== undefined && answer.body.equals(bytes), `${digest}: other bytes than were pushed`);
  }

  async #expectManifest(client: RegistryClient, reference: string, manifest: Manifest): Promise<void> {
    const path = `/v2/${this.repository}/manifests/${reference}`;
    const answer = await this.#expect(200, 'GET', path, {}, client);
    assert.ok(answer.body.equals(manifest.bytes), `${path}: another manifest than was pushed`);
  }

  async #expectTags(client: RegistryClient): Promise<void> {
    if (this.#manifests.size === 0) return;
    const found: string[] = [];
    let path: string | undefined = `/v2/${this.repository}/tags/list?n=${1 + this.#chance.below(5)}`;
    while (path !== undefined) {
      const answer: Answer = await this.#expect(200, 'GET', path, {}, client);
      found.push(...(JSON.parse(answer.body.toString()) as { tags: string[] }).tags);
      path = /^<([^>]+)>; rel="next"/.exec(String(answer.headers.link ?? ''))?.[1];
    }
    assert.deepEqual(found, [...this.#tags.keys()].toSorted());
  }
}

/** Whatever is served as the content of a digest has that digest. */
function checkContent(path: string, { status, headers, body }: Answer): void {
  if (status !== 200 || body.length === 0) return;
  const [, asked] = /\/(?:blobs|manifests)\/(sha256:[0-9a-f]{64})$/.exec(path) ?? [];
  const told = path.includes('/manifests/') ? headers['docker-content-digest'] : undefined;
  for (const digest of [asked, told])
    if (digest !== undefined && String(digest).startsWith('sha256:'))
      assert.equal(digestOf(body), digest, `${path}: the content has another digest`);
}
