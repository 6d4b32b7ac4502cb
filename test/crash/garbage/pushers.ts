import { digestOf, type Image, imageOf, manifestOf, SeededChance, seededBytes } from '../../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../../harness/registry-client.ts';

const bases = 6;
const baseSize = 20_000;
const repositories = ['library/one', 'library/two', 'library/three'] as const;

/** An image that was acknowledged, and that nobody has deleted. */
export interface Acknowledged {
  readonly repository: string;
  readonly tag: string;
  readonly image: Image;
}

export class Balance {
  acknowledged = 0;
  deleted = 0;
  repeated = 0;
  mounted = 0;
  readonly failures: string[] = [];
  /** By `repository:tag`. */
  readonly held = new Map<string, Acknowledged>();
}

export interface Pushing {
  readonly client: () => RegistryClient;
  readonly balance: Balance;
  readonly signal: AbortSignal;
  readonly seed: string;
  /** Whether an answer, or none, may come of a server that was killed. */
  readonly mayFail: () => boolean;
}

/** A few layers that everybody has, and one of its own. */
function overlapping(chance: SeededChance, name: string): Image {
  const layers = [chance.below(bases), chance.below(bases)].map((base) =>
    seededBytes(`base ${base}`, baseSize + base),
  );
  const image = imageOf({ seed: name, layers: [500 + chance.below(2000)] });
  const all = [...layers, ...image.layers];
  const json = JSON.parse(image.manifest.bytes.toString()) as { layers: object[] };
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  json.layers = all.map((bytes) => ({ mediaType, digest: digestOf(bytes), size: bytes.length }));
  return { ...image, layers: all, manifest: manifestOf(json, image.manifest.mediaType) };
}

/** Pushes, mounts, pushes again and deletes, as clients do: what is told to be there is not sent. */
export async function pushAndDelete(pushing: Pushing): Promise<void> {
  const { balance, signal } = pushing;
  const chance = new SeededChance(pushing.seed);
  const own: string[] = [];
  for (let no = 0; !signal.aborted; no += 1) {
    const repository = repositories[chance.below(repositories.length)] ?? repositories[0];
    try {
      const what = chance.below(10);
      if (what < 4 || own.length < 3) {
        const tag = `t${pushing.seed.replaceAll(/\W/g, '-')}-${no}`;
        await push(pushing, { repository, tag, image: overlapping(chance, tag) });
        own.push(`${repository}:${tag}`);
      } else if (what < 6) {
        const held = balance.held.get(own[chance.below(own.length)] ?? '');
        if (held !== undefined) await push(pushing, held);
      } else await remove(pushing, own.splice(chance.below(own.length), 1)[0] ?? '');
    } catch (error) {
      if (!pushing.mayFail()) balance.failures.push(String(error));
    }
  }
}

async function push(pushing: Pushing, what: Acknowledged): Promise<void> {
  const { balance } = pushing;
  const client = pushing.client();
  const { repository, tag, image } = what;
  const chance = new SeededChance(`${tag}/mounts`);
  // As Docker does: what went meanwhile is sent once more.
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    for (const blob of [...image.layers, image.config])
      await offer(pushing, client, { repository, blob, chance });
    const answer = await client.putManifest(repository, tag, image.manifest);
    noteServerError(balance, answer);
    if (answer.status === 201) {
      balance.held.set(`${repository}:${tag}`, what);
      balance.acknowledged += 1;
      return;
    }
    if (!answer.body.toString().includes('MANIFEST_BLOB_UNKNOWN')) expectStatus(answer, 201);
    balance.repeated += 1;
  }
}

async function offer(
  { balance }: Pushing,
  client: RegistryClient,
  {
    repository,
    blob,
    chance,
  }: { readonly repository: string; readonly blob: Buffer; readonly chance: SeededChance },
): Promise<void> {
  const digest = digestOf(blob);
  const head = await client.head(`/v2/${repository}/blobs/${digest}`);
  noteServerError(balance, head);
  if (head.status === 200) return;
  if (chance.below(2) === 0) {
    const from = repositories[chance.below(repositories.length)] ?? repositories[0];
    const answer = await client.call(
      'POST',
      `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`,
      {},
    );
    noteServerError(balance, answer);
    if (answer.status === 201) {
      balance.mounted += 1;
      return;
    }
    const location = String(answer.headers.location ?? '');
    if (answer.status === 202) {
      noteServerError(balance, await client.finishUpload(location, digest, blob));
      return;
    }
  }
  const answer = await client.call('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, {
    headers: { 'Content-Type': 'application/octet-stream' },
    body: blob,
  });
  noteServerError(balance, answer);
}

async function remove(pushing: Pushing, name: string): Promise<void> {
  const { balance } = pushing;
  const held = balance.held.get(name);
  if (held === undefined) return;
  // From here on it may be gone, whatever is answered.
  balance.held.delete(name);
  const answer = await pushing
    .client()
    .delete(`/v2/${held.repository}/manifests/${held.image.manifest.digest}`);
  noteServerError(balance, answer);
  if (answer.status === 202) balance.deleted += 1;
}

function noteServerError(balance: Balance, answer: Answer): void {
  if (answer.status >= 500) balance.failures.push(`${answer.status} ${answer.body.toString().slice(0, 300)}`);
}

/** Pulls all that was acknowledged, byte for byte. Returns what is broken. */
export async function broken(client: RegistryClient, balance: Balance): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, { repository, tag, image }] of balance.held) {
    try {
      await client.pullImage(repository, tag, image);
    } catch (error) {
      problems.push(`${name}: ${String(error)}`);
    }
  }
  return problems;
}
