import assert from 'node:assert/strict';
import { digestOf, type Manifest, seededBytes } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';

/** Content by what it is made from: a ledger of gigabytes must not hold them. */
export interface Content {
  readonly seed: string;
  readonly size: number;
}

export function bytesOf({ seed, size }: Content): Buffer {
  return seededBytes(seed, size);
}

/** What a name may stand for: what was acknowledged last, and what was asked for since without an answer. */
interface Name {
  acknowledged: Manifest | undefined;
  inDoubt: { readonly to: Manifest | undefined } | undefined;
}

/** An upload that was cut, with what it was to become. */
export interface OpenUpload {
  readonly repository: string;
  readonly location: string;
  readonly content: Content;
  /** Its closing PUT was sent. */
  readonly closing: boolean;
}

/** Everything that the server has acknowledged, kept outside of it. */
export class Ledger {
  acknowledged = 0;
  readonly #blobs = new Map<string, { repository: string; content: Content }>();
  readonly #names = new Map<string, Name>();
  #open: OpenUpload[] = [];

  blobAcknowledged(repository: string, content: Content): void {
    const digest = digestOf(bytesOf(content));
    this.#blobs.set(`${repository}/blobs/${digest}`, { repository, content });
    this.acknowledged += 1;
  }

  /** Sends what makes the names stand for a manifest, or for nothing, and notes what may have become of it. */
  async change(
    repository: string,
    references: readonly string[],
    to: Manifest | undefined,
    send: () => Promise<Answer>,
  ): Promise<void> {
    const names = references.map((reference) => this.#name(`/v2/${repository}/manifests/${reference}`));
    for (const name of names) name.inDoubt = { to };
    expectStatus(await send(), to === undefined ? 202 : 201);
    for (const name of names) {
      name.inDoubt = undefined;
      name.acknowledged = to;
    }
    this.acknowledged += 1;
  }

  uploadOpen(upload: OpenUpload): void {
    this.#open.push(upload);
  }

  takeOpenUploads(): OpenUpload[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }

  /** Compares the server with the ledger; returns what is lost. What was in doubt is settled by what is found. */
  async lost(client: RegistryClient): Promise<string[]> {
    const lost: string[] = [];
    for (const [path, { content }] of this.#blobs) {
      const answer = await client.get(`/v2/${path}`);
      if (answer.status !== 200) lost.push(`${path}: ${answer.status}`);
      else if (!answer.body.equals(bytesOf(content))) lost.push(`${path}: other bytes`);
    }
    for (const [path, name] of this.#names) {
      const problem = await settle(client, path, name);
      if (problem !== undefined) lost.push(`${path}: ${problem}`);
    }
    return lost;
  }

  #name(path: string): Name {
    let name = this.#names.get(path);
    if (name === undefined) {
      name = { acknowledged: undefined, inDoubt: undefined };
      this.#names.set(path, name);
    }
    return name;
  }
}

async function settle(client: RegistryClient, path: string, name: Name): Promise<string | undefined> {
  const answer = await client.get(path);
  const allowed = [name.acknowledged, ...(name.inDoubt === undefined ? [] : [name.inDoubt.to])];
  if (answer.status === 404) {
    if (!allowed.includes(undefined)) return 'gone';
    name.acknowledged = undefined;
    name.inDoubt = undefined;
    return undefined;
  }
  if (answer.status !== 200) return `answered with ${answer.status}`;
  const found = allowed.find((manifest) => manifest?.bytes.equals(answer.body) === true);
  if (found === undefined) return allowed[0] === undefined ? 'back although it was deleted' : 'other bytes';
  assert.equal(answer.headers['docker-content-digest'], found.digest);
  name.acknowledged = found;
  name.inDoubt = undefined;
  return undefined;
}
