// A registry with garbage, as files that Docker's registry reads and as rows of Berth's database.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Blob, blobOf, jsonBlob, manifestOf, mediaTypes } from '../load/blob.ts';
import { blobPath } from '../servers/berth.ts';

export const repository = 'bench/collected';
const layersEach = 100;
const config = jsonBlob({ architecture: 'amd64', os: 'linux', config: {} });

export interface Sizes {
  readonly blobs: number;
  /** Of them, those that no manifest names. */
  readonly garbage: number;
}

export function layer(number: number): Blob {
  return blobOf([Buffer.from(`the content of blob ${number}, which is small\n`)]);
}

/** By a hundred layers each; what is left over is garbage. */
function* images({
  blobs,
  garbage,
}: Sizes): Generator<{ readonly layers: readonly Blob[]; readonly manifest: Blob }> {
  for (let from = 0; from < blobs - garbage; from += layersEach) {
    const count = Math.min(layersEach, blobs - garbage - from);
    const layers = Array.from({ length: count }, (_, index) => layer(from + index));
    yield { layers, manifest: manifestOf(config, layers) };
  }
}

/** @param root where `docker/registry/v2` begins */
export function writeFiles(root: string, sizes: Sizes): void {
  const put = ({ digest, chunks }: Blob): void => {
    const folder = blobPath(root, digest);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'data'), Buffer.concat(chunks));
  };
  const place = join(root, 'docker/registry/v2/repositories', repository);
  const link = (path: string, digest: string): void => {
    const file = join(place, path, 'link');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, digest);
  };
  put(config);
  // By these it knows that there is a repository; its collection reads none of them.
  link(`_layers/sha256/${config.digest.replace('sha256:', '')}`, config.digest);
  let number = 0;
  for (const { layers, manifest } of images(sizes)) {
    for (const each of [...layers, manifest]) put(each);
    const hex = manifest.digest.replace('sha256:', '');
    link(`_manifests/revisions/sha256/${hex}`, manifest.digest);
    link(`_manifests/tags/v${number}/current`, manifest.digest);
    link(`_manifests/tags/v${number}/index/sha256/${hex}`, manifest.digest);
    number += 1;
  }
  for (let index = sizes.blobs - sizes.garbage; index < sizes.blobs; index += 1) put(layer(index));
}

const statements = {
  blob: `insert into blob (digest, size, state, generation, state_at) values (?, ?, 'live', 0, ?) returning id`,
  manifest: 'insert into manifest (blob_id, bytes, copied_at) values (?, ?, ?)',
  reference:
    'insert into reference (manifest_id, position, kind, digest, size, blob_id) values (?, ?, ?, ?, ?, ?)',
  link: 'insert into blob_link (repository_id, blob_id, touched_at, hidden) values (?, ?, ?, 0)',
  held: 'insert into project_blob (project_id, blob_id, holders) values (?, ?, 1)',
  artifact: `insert into artifact (project_id, repository_id, blob_id, digest, media_type, size, pushed_at)
             values (?, ?, ?, ?, '${mediaTypes.manifest}', ?, ?) returning id`,
  tag: 'insert into tag (repository_id, name, artifact_id, digest, pushed_at) values (?, ?, ?, ?, ?)',
} as const;

/**
 * The same as rows, in the repository that a push has made: what is garbage was linked there long ago.
 * @param database of a stopped server
 */
export function writeRows(database: string, sizes: Sizes): void {
  using db = new DatabaseSync(database);
  db.exec('pragma synchronous = off; pragma cache_size = -200000; begin');
  const now = Date.now();
  const longAgo = now - 30 * 24 * 60 * 60 * 1000;
  const run = Object.fromEntries(
    Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]),
  ) as Record<keyof typeof statements, ReturnType<DatabaseSync['prepare']>>;
  const place = db
    .prepare('select id, project_id as project from repository where full_name = ?')
    .get(repository);
  const [repositoryId, projectId] = [Number(place?.['id']), Number(place?.['project'])];
  db.prepare('update repository set visible_at = ? where id = ?').run(longAgo, repositoryId);
  let bytes = 0;
  const blob = ({ digest, size }: Blob): number => {
    const id = Number(run.blob.get(digest, size, longAgo)?.['id']);
    run.held.run(projectId, id);
    bytes += size;
    return id;
  };
  const linked = (each: Blob): number => {
    const id = blob(each);
    run.link.run(repositoryId, id, longAgo);
    return id;
  };
  // Pushed to another repository of the project.
  const configId = Number(db.prepare('select id from blob where digest = ?').get(config.digest)?.['id']);
  run.link.run(repositoryId, configId, longAgo);
  let number = 0;
  for (const { layers, manifest } of images(sizes)) {
    const manifestId = blob(manifest);
    run.manifest.run(manifestId, Buffer.concat(manifest.chunks), longAgo);
    run.reference.run(manifestId, 0, 'config', config.digest, config.size, configId);
    for (const [index, each] of layers.entries())
      run.reference.run(manifestId, index + 1, 'layer', each.digest, each.size, linked(each));
    const artifact = run.artifact.get(
      projectId,
      repositoryId,
      manifestId,
      manifest.digest,
      manifest.size,
      longAgo,
    );
    run.tag.run(repositoryId, `v${number}`, Number(artifact?.['id']), manifest.digest, longAgo);
    number += 1;
  }
  for (let index = sizes.blobs - sizes.garbage; index < sizes.blobs; index += 1) linked(layer(index));
  db.prepare('update project_usage set used_bytes = used_bytes + ? where project_id = ?').run(
    bytes,
    projectId,
  );
  db.exec('commit; analyze; pragma wal_checkpoint(truncate)');
}

export function garbageBytes({ blobs, garbage }: Sizes): number {
  let bytes = 0;
  for (let index = blobs - garbage; index < blobs; index += 1) bytes += layer(index).size;
  return bytes;
}

/** Another one each time. */
export function pushedImage(seed: string): { readonly layer: Blob; readonly manifest: Blob } {
  const content = blobOf([createHash('sha512').update(seed).digest()]);
  return { layer: content, manifest: manifestOf(config, [content]) };
}

export { config as sharedConfig };
