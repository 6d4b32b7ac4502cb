import { types } from '../../harness/image.ts';
import type { HarborAdapter, ListedArtifact, Project } from './harbor-adapter.ts';

/** What a replication rule of Harbor says. */
export interface Rule {
  readonly source: HarborAdapter;
  readonly destination: HarborAdapter;
  /** Projects of the source; without them, all that its account sees. */
  readonly projects?: readonly string[];
  readonly override?: boolean;
  /** Only artifacts that have this label. */
  readonly label?: string;
  /** Of one chunk, in bytes, when blobs are copied by chunks. */
  readonly chunk?: number;
}

export interface Copied {
  blobs: number;
  mounted: number;
  manifests: number;
  readonly repositories: Map<string, readonly ListedArtifact[]>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const manifestTypes: readonly string[] = [
  types.ociIndex,
  types.dockerList,
  types.ociManifest,
  types.dockerManifest,
];
/** Repositories that are copied at the same time: one task each. */
const workers = 5;

/** One run of a rule, as Harbor makes it (src/controller/replication/flow, transfer/image). */
export async function replicate(rule: Rule): Promise<Copied> {
  const { source, destination } = rule;
  await source.probe();
  await destination.probe();
  const copied: Copied = { blobs: 0, mounted: 0, manifests: 0, repositories: new Map() };
  const wanted: Project[] = [];
  for (const project of await source.projects(rule.projects)) {
    const repositories = await source.repositories(project.name);
    if (repositories.length > 0) wanted.push(project);
    for (const repository of repositories) {
      const listed = await source.artifacts(repository);
      const matching = listed.filter(({ labels }) => rule.label === undefined || labels.includes(rule.label));
      if (matching.length > 0) copied.repositories.set(repository, matching);
    }
  }
  if (wanted.length === 0) return copied;
  await destination.prepareForPush(wanted);
  const tasks = [...copied.repositories];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let task = tasks.pop(); task !== undefined; task = tasks.pop())
        await copyAll(rule, copied, ...task);
    }),
  );
  return copied;
}

async function copyAll(
  rule: Rule,
  copied: Copied,
  repository: string,
  artifacts: readonly ListedArtifact[],
): Promise<void> {
  for (const { digest, tags } of artifacts) {
    for (const reference of tags.length > 0 ? tags : [digest])
      await copyArtifact(rule, copied, { repository, reference, override: rule.override ?? true });
  }
}

async function copyArtifact(
  rule: Rule,
  copied: Copied,
  given: { readonly repository: string; readonly reference: string; readonly override: boolean },
): Promise<void> {
  const { source, destination } = rule;
  const { repository, reference, override } = given;
  const { headers, body } = await source.pullManifest(repository, reference);
  const there = await destination.digestOf(repository, reference);
  if (there !== undefined && (there === headers['docker-content-digest'] || !override)) return;
  for (const content of referencesOf(body)) {
    if (manifestTypes.includes(content.mediaType))
      await copyArtifact(rule, copied, { repository, reference: content.digest, override: true });
    else await copyBlob(rule, copied, repository, content);
  }
  await destination.pushManifest(repository, reference, String(headers['content-type']), body);
  copied.manifests += 1;
}

/** Children of an index; config and layers of a manifest. What it is about is none of them. */
function referencesOf(bytes: Buffer): readonly Descriptor[] {
  const { manifests, config, layers } = JSON.parse(bytes.toString()) as {
    readonly manifests?: readonly Descriptor[];
    readonly config?: Descriptor;
    readonly layers?: readonly Descriptor[];
  };
  return manifests ?? [...(config === undefined ? [] : [config]), ...(layers ?? [])];
}

async function copyBlob(rule: Rule, copied: Copied, repository: string, blob: Descriptor): Promise<void> {
  const { source, destination, chunk = Number.POSITIVE_INFINITY } = rule;
  const { digest, size } = blob;
  if (await destination.hasBlob(repository, digest)) return;
  const holder = await destination.holderOf(digest);
  if (holder !== undefined) {
    await destination.mountBlob(holder, digest, repository);
    copied.mounted += 1;
    return;
  }
  if (size <= chunk)
    await destination.pushBlob(repository, digest, await source.pullBlob(repository, digest));
  else {
    const chunks: Buffer[] = [];
    for (let at = 0; at < size; at += chunk) {
      const end = Math.min(at + chunk, size) - 1;
      chunks.push(await source.pullBlob(repository, digest, `bytes=${at}-${end}`));
    }
    await destination.pushBlobByChunks(repository, digest, chunks);
  }
  copied.blobs += 1;
}
