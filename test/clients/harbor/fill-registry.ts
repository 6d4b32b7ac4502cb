import {
  childOf,
  descriptorOf,
  type Image,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../../harness/image.ts';
import type { RegistryClient } from '../../harness/registry-client.ts';

/** How many of each kind were pushed; an artifact with its children and accessories counts once. */
export interface Filled {
  readonly artifacts: number;
  readonly manifests: number;
  readonly tags: number;
  readonly kinds: ReadonlyMap<string, number>;
}

const empty = Buffer.from('{}');
const emptyType = 'application/vnd.oci.empty.v1+json';
const sharedLayer = seededBytes('base of every image', 40_000);

/** The tag by which cosign finds a signature. */
export const signatureTag = (digest: string): string => `${digest.replace(':', '-')}.sig`;

/** Pushes everything once, however many repositories it is asked for. */
class Filling {
  readonly #client: RegistryClient;
  manifests = 0;
  tags = 0;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  async push(
    repository: string,
    manifest: Manifest,
    blobs: readonly Buffer[],
    ...tags: string[]
  ): Promise<void> {
    for (const bytes of blobs) await this.#client.pushBlob(repository, bytes);
    const references = tags.length > 0 ? tags : [manifest.digest];
    for (const reference of references) await this.#client.pushManifest(repository, reference, manifest);
    this.manifests += 1;
    this.tags += tags.length;
  }

  image(repository: string, { config, layers, manifest }: Image, ...tags: string[]): Promise<void> {
    return this.push(repository, manifest, [...layers, config], ...tags);
  }

  /** Something about a subject that names it, as `artifactType` or by its config. */
  async referrer(repository: string, subject: Manifest, artifactType: string): Promise<Manifest> {
    const layer = seededBytes(`${artifactType} about ${subject.digest}`, 300);
    const manifest = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        artifactType,
        config: descriptorOf(emptyType, empty),
        layers: [descriptorOf('application/octet-stream', layer)],
        subject: childOf(subject),
      },
      types.ociManifest,
    );
    await this.push(repository, manifest, [empty, layer]);
    return manifest;
  }

  async index(repository: string, seed: string, docker: boolean, ...tags: string[]): Promise<Manifest> {
    const children: Manifest[] = [];
    for (const architecture of ['amd64', 'arm64']) {
      const image = imageOf({ seed: `${seed} ${architecture}`, docker });
      await this.image(repository, image);
      children.push(image.manifest);
    }
    const index = indexOf(
      children.map((child) => childOf(child)),
      docker,
    );
    await this.push(repository, index, [], ...tags);
    const [first] = children;
    // What is about a child of an index is listed with the child only.
    if (!docker && first !== undefined)
      await this.referrer(repository, first, 'application/vnd.goharbor.harbor.sbom.v1');
    return index;
  }
}

type Kind = (filling: Filling, repository: string, seed: string, tag: string) => Promise<unknown>;

const plain = async (filling: Filling, repository: string, seed: string, ...tags: string[]) => {
  const own = imageOf({ seed });
  const layers = [sharedLayer, ...own.layers];
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, own.config),
      layers: layers.map((layer) => descriptorOf(types.ociLayer, layer)),
    },
    types.ociManifest,
  );
  await filling.push(repository, manifest, [...layers, own.config], ...tags);
  return manifest;
};

const kinds: Readonly<Record<string, Kind>> = {
  image: plain,
  'OCI index': (filling, repository, seed, tag) => filling.index(repository, seed, false, tag),
  'Docker list': (filling, repository, seed, tag) =>
    filling.index(repository, seed, true, tag, `${tag}-list`),
  'Helm chart': (filling, repository, seed, tag) => {
    const config = Buffer.from(JSON.stringify({ apiVersion: 'v2', name: 'chart', version: '1.0.0', seed }));
    const chart = seededBytes(`chart ${seed}`, 700);
    const json = {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf('application/vnd.cncf.helm.config.v1+json', config),
      layers: [descriptorOf('application/vnd.cncf.helm.chart.content.v1.tar+gzip', chart)],
    };
    return filling.push(repository, manifestOf(json, types.ociManifest), [config, chart], tag);
  },
  'image with a signature by tag': async (filling, repository, seed, tag) => {
    const image = await plain(filling, repository, seed, tag);
    const payload = Buffer.from(
      JSON.stringify({ critical: { image: { 'docker-manifest-digest': image.digest } } }),
    );
    const config = Buffer.from(JSON.stringify({ architecture: '', os: '', signed: image.digest }));
    const json = {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: [descriptorOf('application/vnd.dev.cosign.simplesigning.v1+json', payload)],
    };
    const signature = manifestOf(json, types.ociManifest);
    await filling.push(repository, signature, [config, payload], signatureTag(image.digest));
  },
  'image with a signature bundle': async (filling, repository, seed, tag) => {
    const image = await plain(filling, repository, seed, tag);
    await filling.referrer(repository, image, 'application/vnd.dev.sigstore.bundle.v0.3+json');
  },
  'image with a signed SBOM': async (filling, repository, seed, tag) => {
    const image = await plain(filling, repository, seed, tag);
    const sbom = await filling.referrer(repository, image, 'application/vnd.goharbor.harbor.sbom.v1');
    await filling.referrer(repository, sbom, 'application/vnd.cncf.notary.signature');
  },
  'image with many tags': (filling, repository, seed, tag) =>
    plain(filling, repository, seed, tag, ...Array.from({ length: 11 }, (_, index) => `${tag}.${index}`)),
  'image without a tag': (filling, repository, seed) => filling.image(repository, imageOf({ seed })),
  'Docker image': (filling, repository, seed, tag) =>
    filling.image(repository, imageOf({ seed, docker: true, layers: [1024, 90_000] }), tag),
};

/** `count` artifacts of ten kinds, over ten repositories of a project, some of whose names have slashes. */
export async function fillRegistry(client: RegistryClient, project: string, count: number): Promise<Filled> {
  const filling = new Filling(client);
  const names = Object.keys(kinds);
  const counts = new Map(names.map((name) => [name, 0]));
  for (let number = 0; number < count; number += 1) {
    const name = names[number % names.length] ?? '';
    const place = Math.floor(number / names.length) % 10;
    const repository = `${project}/${place % 2 === 0 ? 'app' : 'team/deep/app'}-${place}`;
    await kinds[name]?.(filling, repository, `${project} ${number}`, `v${number}`);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return { artifacts: count, manifests: filling.manifests, tags: filling.tags, kinds: counts };
}
