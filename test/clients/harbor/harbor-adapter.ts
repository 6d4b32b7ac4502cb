import assert from 'node:assert/strict';
import { types } from '../../harness/image.ts';
import { type Answer, type Call, expectStatus, type RegistryClient } from '../../harness/registry-client.ts';
import { jsonOf } from '../../harness/rest.ts';
import type { BerthServer } from '../../harness/start-server.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Project {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** What a copy knows of an artifact: its tags, or else its digest, are what it copies. */
export interface ListedArtifact {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly isAccessory: boolean;
}

interface ArtifactView {
  readonly digest: string;
  readonly tags: readonly { readonly name: string }[] | null;
  readonly labels: readonly { readonly name: string }[] | null;
  readonly references: readonly { readonly child_digest: string }[] | null;
  readonly accessories: readonly { readonly digest: string }[] | null;
}

const accepted = [
  types.ociIndex,
  types.dockerList,
  types.ociManifest,
  types.dockerManifest,
  types.schema1Signed,
  types.schema1,
].join(', ');
const api = '/api/v2.0';
const namesOf = (list: readonly { readonly name: string }[] | null): string[] =>
  (list ?? []).map(({ name }) => name);

/**
 * One end of a replication, as Harbor's adapter for registries of the type `harbor` speaks to it (facts of Harbor 2.16:
 * src/pkg/reg/adapter/harbor, src/pkg/registry): Basic for the REST API; for `/v2` a token for each scope, which it
 * keeps; the scope follows from method and address.
 */
export class HarborAdapter {
  readonly #server: BerthServer;
  readonly #basic: string;
  readonly #client: RegistryClient;
  readonly #tokens = new Map<string, Promise<string>>();
  #realm: { url: URL; service: string } | undefined;

  constructor(server: BerthServer, { username, password }: Credentials) {
    this.#server = server;
    this.#client = server.client(null);
    this.#basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  /** When a registry endpoint is created, and from then on now and then. */
  async isHealthy(): Promise<boolean> {
    return (await this.#v2('GET', '/v2/')).status === 200;
  }

  /** The probe by which the adapter chooses its version, and what it may filter by. */
  async probe(): Promise<string[]> {
    const version = jsonOf<{ version: string }>(await this.#rest('GET', '/api/version'));
    assert.equal(version.version, 'v2.0');
    return namesOf(jsonOf(await this.#rest('GET', `${api}/labels?scope=g`)));
  }

  /** Before anything is copied: the projects that are not there are made. */
  async prepareForPush(wanted: readonly Project[]): Promise<void> {
    const names = wanted.map(({ name }) => `'${name}'`).join(' ');
    const q = encodeURIComponent(`name={${names}}`);
    const found = await this.#all<Project>(`${api}/projects?q=${q}&with_detail=false`);
    const known = new Set(found.map(({ name }) => name));
    for (const { name, metadata } of wanted.filter((each) => !known.has(each.name))) {
      const isPublic = metadata?.['public'];
      const body = {
        project_name: name,
        metadata: isPublic === undefined ? null : { public: isPublic },
      };
      const answer = await this.#rest('POST', `${api}/projects`, JSON.stringify(body));
      if (answer.status !== 409) expectStatus(answer, 201);
    }
  }

  /** Without names: all that the account sees. */
  async projects(names: readonly string[] = ['']): Promise<Project[]> {
    const found: Project[] = [];
    for (const name of names) {
      const listed = await this.#all<Project>(`${api}/projects?name=${name}`);
      found.push(...listed.filter((project) => name === '' || project.name === name));
    }
    return found;
  }

  async repositories(project: string): Promise<string[]> {
    return namesOf(await this.#all(`${api}/projects/${project}/repositories`));
  }

  /** The artifacts of a repository in the order of their copies: each with its accessories, theirs, and its children's. */
  async artifacts(repository: string): Promise<ListedArtifact[]> {
    const place = placeOf(repository);
    const listed = await this.#all<ArtifactView>(
      `${place}?page_size=100&with_label=true&with_accessory=true`,
    );
    const all: ListedArtifact[] = [];
    for (const view of listed) {
      const labels = namesOf(view.labels);
      all.push({ digest: view.digest, tags: namesOf(view.tags), labels, isAccessory: false });
      await this.#addAccessories(place, view, labels, all);
      for (const { child_digest: child } of view.references ?? []) {
        const found = jsonOf<ArtifactView>(await this.#rest('GET', `${place}/${child}?with_accessory=true`));
        await this.#addAccessories(place, found, labels, all);
      }
    }
    return all;
  }

  async #addAccessories(
    place: string,
    { accessories }: ArtifactView,
    labels: readonly string[],
    all: ListedArtifact[],
  ): Promise<void> {
    for (const { digest } of accessories ?? []) {
      const path = `${place}/${digest}?with_accessory=true&with_tag=true`;
      const found = jsonOf<ArtifactView>(await this.#rest('GET', path));
      all.push({ digest, tags: namesOf(found.tags), labels, isAccessory: true });
      await this.#addAccessories(place, found, labels, all);
    }
  }

  /** Undefined: it is not there. */
  async digestOf(repository: string, reference: string): Promise<string | undefined> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await this.#v2('HEAD', path, { headers: { Accept: accepted } });
    if (answer.status === 404) return undefined;
    expectStatus(answer, 200);
    return String(answer.headers['docker-content-digest']);
  }

  async pullManifest(repository: string, reference: string): Promise<Answer> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await this.#v2('GET', path, { headers: { Accept: accepted } });
    expectStatus(answer, 200);
    return answer;
  }

  async pushManifest(repository: string, reference: string, mediaType: string, body: Buffer): Promise<void> {
    const path = `/v2/${repository}/manifests/${reference}`;
    expectStatus(await this.#v2('PUT', path, { headers: { 'Content-Type': mediaType }, body }), 201);
  }

  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const { status } = await this.#v2('HEAD', `/v2/${repository}/blobs/${digest}`);
    assert.ok(status === 200 || status === 404, `HEAD of a blob: ${status}`);
    return status === 200;
  }

  /** @param range `bytes=…`, when it is copied by chunks */
  async pullBlob(repository: string, digest: string, range?: string): Promise<Buffer> {
    const headers = { 'Accept-Encoding': 'identity', ...(range === undefined ? {} : { Range: range }) };
    const answer = await this.#v2('GET', `/v2/${repository}/blobs/${digest}`, { headers });
    expectStatus(answer, range === undefined ? 200 : 206);
    return answer.body;
  }

  /** A repository of the registry, whichever, that has the blob. */
  async holderOf(digest: string): Promise<string | undefined> {
    const q = `q=blob_digest=${digest}&page_size=1&page_number=1`;
    const [first] = jsonOf<{ name: string }[]>(await this.#rest('GET', `${api}/repositories?${q}`));
    return first?.name;
  }

  async mountBlob(from: string, digest: string, repository: string): Promise<void> {
    const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`;
    expectStatus(await this.#v2('POST', path, { body: '' }), 201);
  }

  async pushBlob(repository: string, digest: string, body: Buffer): Promise<void> {
    const url = await this.#startUpload(repository);
    url.searchParams.set('digest', digest);
    expectStatus(await this.#v2('PUT', url, { body }), 201);
  }

  /** The last chunk closes the upload. */
  async pushBlobByChunks(repository: string, digest: string, chunks: readonly Buffer[]): Promise<void> {
    let url = await this.#startUpload(repository);
    let start = 0;
    for (const [index, body] of chunks.entries()) {
      const last = index === chunks.length - 1;
      if (last) url.searchParams.set('digest', digest);
      const headers = { 'Content-Range': `${start}-${start + body.length - 1}` };
      const answer = await this.#v2(last ? 'PUT' : 'PATCH', url, { headers, body });
      expectStatus(answer, last ? 201 : 202);
      if (!last) url = this.#locationOf(answer);
      start += body.length;
    }
  }

  async #startUpload(repository: string): Promise<URL> {
    const answer = await this.#v2('POST', `/v2/${repository}/blobs/uploads/`, { body: '' });
    expectStatus(answer, 202);
    return this.#locationOf(answer);
  }

  /** Go takes the query apart and writes it anew, sorted. */
  #locationOf(answer: Answer): URL {
    const url = new URL(String(answer.headers.location), this.#origin);
    url.searchParams.sort();
    return url;
  }

  /** By whatever it is called: what is deleted is the manifest of that digest. False: there is none. */
  async deleteManifest(repository: string, reference: string): Promise<boolean> {
    const digest = await this.digestOf(repository, reference);
    if (digest === undefined) return false;
    expectStatus(await this.#v2('DELETE', `/v2/${repository}/manifests/${digest}`), 202);
    return true;
  }

  /** False: there is none. */
  async deleteTag(repository: string, tag: string): Promise<boolean> {
    const answer = await this.#rest('DELETE', `${placeOf(repository)}/${tag}/tags/${tag}`);
    if (answer.status !== 404) expectStatus(answer, 200);
    return answer.status === 200;
  }

  get #origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  #rest(method: string, path: string, body?: string): Promise<Answer> {
    const type: Record<string, string> = method === 'POST' ? { 'Content-Type': 'application/json' } : {};
    const headers = { Authorization: this.#basic, ...type };
    return this.#client.call(method, path, body === undefined ? { headers } : { headers, body });
  }

  /** All pages, by the links to the next one. */
  async #all<T>(first: string): Promise<T[]> {
    const all: T[] = [];
    for (let path: string | undefined = first; path !== undefined; ) {
      const answer: Answer = await this.#rest('GET', path);
      all.push(...jsonOf<T[]>(answer));
      const next = /<([^>]+)>\s*;\s*rel="next"/.exec(String(answer.headers.link ?? ''))?.[1];
      if (next === undefined) return all;
      const url: URL = new URL(next, this.#origin);
      url.searchParams.sort();
      path = `${url.pathname}${url.search}`;
    }
    return all;
  }

  async #v2(method: string, address: string | URL, call: Call = {}): Promise<Answer> {
    const url = new URL(address, this.#origin);
    const token = await this.#tokenFor(scopesOf(method, url));
    const headers = { ...call.headers, Authorization: `Bearer ${token}` };
    return this.#client.call(method, `${url.pathname}${url.search}`, { ...call, headers });
  }

  #tokenFor(scopes: readonly string[]): Promise<string> {
    const key = scopes.join(' ');
    const known = this.#tokens.get(key) ?? this.#askForToken(scopes);
    this.#tokens.set(key, known);
    return known;
  }

  async #askForToken(scopes: readonly string[]): Promise<string> {
    this.#realm ??= await this.#challenge();
    const query = new URLSearchParams([
      ['service', this.#realm.service],
      ...scopes.map((scope) => ['scope', scope]),
    ]);
    const path = `${this.#realm.url.pathname}?${query.toString()}`;
    return jsonOf<{ token: string }>(await this.#rest('GET', path)).token;
  }

  async #challenge(): Promise<{ url: URL; service: string }> {
    const header = String((await this.#client.get('/v2/')).headers['www-authenticate']);
    const [, realm, service] = /^Bearer realm="([^"]+)",service="([^"]+)"/.exec(header) ?? [];
    assert.ok(realm !== undefined && service !== undefined, header);
    return { url: new URL(realm), service };
  }
}

function placeOf(repository: string): string {
  const [project = '', ...rest] = repository.split('/');
  const name = encodeURIComponent(encodeURIComponent(rest.join('/')));
  return `${api}/projects/${project}/repositories/${name}/artifacts`;
}

function scopesOf(method: string, { pathname, searchParams }: URL): string[] {
  const repository = /^\/v2\/(.+?)\/(?:manifests|blobs)\//.exec(pathname)?.[1];
  if (repository === undefined) return [];
  const from = searchParams.get('from');
  const actions = method === 'DELETE' ? '*' : method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push';
  return [...(from === null ? [] : [`repository:${from}:pull`]), `repository:${repository}:${actions}`];
}
