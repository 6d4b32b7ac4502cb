import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
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

/** What an address serves. */
export interface Served {
  readonly digest: string;
  readonly bytes: () => Buffer;
}

/** What was acknowledged of an address last, and what was asked for since without an answer; undefined: it serves nothing. */
interface Address {
  acknowledged: Served | undefined;
  inDoubt: (Served | undefined)[];
  /** Somebody is still about to settle it: what is found meanwhile may change. */
  held: boolean;
  /** One more with each change. */
  revision: number;
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
  /** The part of them that took something away. */
  deletions = 0;
  readonly #addresses = new Map<string, Address>();
  #touched = new Set<string>();
  #open: OpenUpload[] = [];

  blobAcknowledged(repository: string, content: Content): void {
    const bytes = (): Buffer => bytesOf(content);
    const digest = digestOf(bytes());
    this.#settled([blobPath(repository, digest)], { digest, bytes });
  }

  /** A push of it has begun, or goes on. */
  blobInDoubt(repository: string, content: Content): void {
    const bytes = (): Buffer => bytesOf(content);
    const digest = digestOf(bytes());
    this.#doubted(blobPath(repository, digest), { digest, bytes });
  }

  /** A push of it goes on while the ledger is compared, until the returned call. */
  holdBlob(repository: string, content: Content): () => void {
    const address = this.#address(blobPath(repository, digestOf(bytesOf(content))));
    address.held = true;
    return () => {
      address.held = false;
    };
  }

  /** Sends what makes the addresses serve a manifest, and notes what may have become of it. */
  async put(paths: readonly string[], manifest: Manifest, send: () => Promise<Answer>): Promise<void> {
    const { digest, bytes } = manifest;
    await this.#change(paths, { digest, bytes: () => bytes }, send, 201);
  }

  /** Sends what takes everything away that the addresses serve. */
  async remove(paths: readonly string[], send: () => Promise<Answer>): Promise<void> {
    await this.#change(paths, undefined, send, 202);
    this.deletions += 1;
  }

  /** Whether the address serves something, as far as it was acknowledged. */
  serves(path: string): boolean {
    return this.#addresses.get(path)?.acknowledged !== undefined;
  }

  uploadOpen(upload: OpenUpload): void {
    this.#open.push(upload);
  }

  takeOpenUploads(): OpenUpload[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }

  /** The addresses that were changed, or were to be, since this was asked last. */
  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /**
   * Compares the server with the ledger; returns what is lost, and what is back although it was deleted. What was in
   * doubt is settled by what is found.
   */
  async lost(client: RegistryClient, paths: Iterable<string> = this.#addresses.keys()): Promise<string[]> {
    const lost: string[] = [];
    for (const path of paths) {
      const problem = await settle(client, path, this.#address(path));
      if (problem !== undefined) lost.push(`${path}: ${problem}`);
    }
    return lost;
  }

  async #change(
    paths: readonly string[],
    to: Served | undefined,
    send: () => Promise<Answer>,
    status: number,
  ): Promise<void> {
    for (const path of paths) this.#doubted(path, to);
    expectStatus(await send(), status);
    this.#settled(paths, to);
  }

  #settled(paths: readonly string[], to: Served | undefined): void {
    for (const path of paths) {
      const address = this.#address(path);
      address.inDoubt = [];
      address.acknowledged = to;
      address.revision += 1;
      this.#touched.add(path);
    }
    this.acknowledged += 1;
  }

  #doubted(path: string, to: Served | undefined): void {
    const address = this.#address(path);
    address.inDoubt.push(to);
    address.revision += 1;
    this.#touched.add(path);
  }

  #address(path: string): Address {
    let address = this.#addresses.get(path);
    if (address === undefined) {
      address = { acknowledged: undefined, inDoubt: [], held: false, revision: 0 };
      this.#addresses.set(path, address);
    }
    return address;
  }
}

export function blobPath(repository: string, digest: string): string {
  return `/v2/${repository}/blobs/${digest}`;
}

export function manifestPath(repository: string, reference: string): string {
  return `/v2/${repository}/manifests/${reference}`;
}

const refusedAtMostMs = 10_000;

/** A refusal for the moment is asked again: it says nothing of what is there. */
async function answerOf(client: RegistryClient, path: string): Promise<Answer> {
  for (const giveUpAt = performance.now() + refusedAtMostMs; ; ) {
    const answer = await client.get(path);
    if (answer.status !== 503 || performance.now() > giveUpAt) return answer;
    await delay(200);
  }
}

async function settle(client: RegistryClient, path: string, address: Address): Promise<string | undefined> {
  let answer: Answer;
  let revision: number;
  do {
    ({ revision } = address);
    answer = await answerOf(client, path);
  } while (revision !== address.revision);
  const allowed = [address.acknowledged, ...address.inDoubt];
  if (answer.status === 404) {
    if (!allowed.includes(undefined)) return 'gone';
    settled(address, undefined);
    return undefined;
  }
  if (answer.status !== 200) return `answered with ${answer.status}`;
  const found = allowed.find((served) => served?.bytes().equals(answer.body) === true);
  if (found === undefined) {
    return allowed.every((served) => served === undefined) ? 'back although it was deleted' : 'other bytes';
  }
  assert.equal(answer.headers['docker-content-digest'], found.digest);
  settled(address, found);
  return undefined;
}

function settled(address: Address, found: Served | undefined): void {
  if (address.held) return;
  address.acknowledged = found;
  address.inDoubt = [];
}
