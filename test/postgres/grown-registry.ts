// Fills the database of a stopped server with tags: pushing a hundred thousand over HTTP would take an hour.

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { descriptorOf, type Image, type Manifest, manifestOf, types } from '../harness/image.ts';

const tagsOfRepository = 1000;
const batch = 20_000;

const statements = {
  blob: `insert into blob (digest, size, state, generation, state_at) values (?, ?, 'live', 0, 1)`,
  manifest: 'insert into manifest (blob_id, bytes, copied_at) values (?, ?, 1)',
  reference: `insert into reference (manifest_id, position, kind, digest, size, blob_id) values (?, ?, ?, ?, ?, ?)`,
  link: 'insert into blob_link (repository_id, blob_id, touched_at, hidden) values (?, ?, 1, 0)',
  held: 'insert into project_blob (project_id, blob_id, holders) values (1, ?, 1)',
  holders: 'update project_blob set holders = holders + 1 where project_id = 1 and blob_id = ?',
  repository: `insert into repository (project_id, full_name, created_at, updated_at, visible_at) values (1, ?, 1, 1, 1)`,
  artifact: `insert into artifact (repository_id, blob_id, digest, media_type, size, pushed_at)
             values (?, ?, ?, '${types.ociManifest}', ?, 1)`,
  tag: 'insert into tag (repository_id, name, artifact_id, digest, pushed_at) values (?, ?, ?, ?, 1)',
  history: `insert into tag_history (repository_id, name, digest, actor, at) values (?, ?, ?, 'user:1', 1)`,
  event: `insert into event (type, at, actor, address, client, request_id, project_id, object, data)
          values (?, 1, 'user:1', '127.0.0.1', 'test 漢字', '', 1, ?, '{"a":"b"}')`,
} as const;

export interface GrownTag {
  readonly repository: string;
  readonly tag: string;
  readonly manifest: Manifest;
}

/** The tag of that number, from 0; its layers are those of an image that was pushed. */
export function grownTag(image: Image, number: number): GrownTag {
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, image.config),
      layers: image.layers.map((layer) => descriptorOf(types.ociLayer, layer)),
      annotations: { number: String(number) },
    },
    types.ociManifest,
  );
  const repository = `library/grown/${String(Math.floor(number / tagsOfRepository)).padStart(5, '0')}`;
  return { repository, tag: `t${number}`, manifest };
}

/** Adds the tags 0 … `count` - 1, with all the rows that their pushes make. The image was pushed to `library`. */
export function growRegistry(data: string, image: Image, count: number): void {
  const db = new DatabaseSync(join(data, 'berth.db'));
  db.exec('pragma synchronous = off; pragma cache_size = -200000; pragma foreign_keys = off');
  const grown = new Grown(db, image);
  for (let from = 0; from < count; from += batch) {
    db.exec('begin');
    for (let number = from; number < Math.min(count, from + batch); number += 1) grown.add(number);
    db.exec('commit');
  }
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}

class Grown {
  readonly #run: Readonly<Record<keyof typeof statements, StatementSync>>;
  readonly #image: Image;
  readonly #parts: readonly { readonly id: number; readonly digest: string; readonly size: number }[];
  #repository = { name: '', id: 0 };

  constructor(db: DatabaseSync, image: Image) {
    this.#image = image;
    const entries = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]);
    this.#run = Object.fromEntries(entries) as Record<keyof typeof statements, StatementSync>;
    const find = db.prepare('select id, digest, size from blob where digest = ?');
    this.#parts = [image.config, ...image.layers].map((bytes) => {
      const found = find.get(descriptorOf('', bytes).digest);
      return found as unknown as { id: number; digest: string; size: number };
    });
  }

  add(number: number): void {
    const run = this.#run;
    const { repository, tag, manifest } = grownTag(this.#image, number);
    const repositoryId = this.#enter(repository);
    const size = manifest.bytes.length;
    const blobId = run.blob.run(manifest.digest, size).lastInsertRowid;
    run.held.run(blobId);
    run.manifest.run(blobId, manifest.bytes);
    for (const [position, part] of this.#parts.entries())
      run.reference.run(
        blobId,
        position,
        position === 0 ? 'config' : 'layer',
        part.digest,
        part.size,
        part.id,
      );
    const artifactId = run.artifact.run(repositoryId, blobId, manifest.digest, size).lastInsertRowid;
    run.tag.run(repositoryId, tag, artifactId, manifest.digest);
    run.history.run(repositoryId, tag, manifest.digest);
    run.event.run('artifact.pushed', `${repository}@${manifest.digest}`);
    run.event.run('tag.moved', `${repository}:${tag}`);
  }

  #enter(name: string): number {
    if (this.#repository.name === name) return this.#repository.id;
    const id = Number(this.#run.repository.run(name).lastInsertRowid);
    for (const part of this.#parts) {
      this.#run.link.run(id, part.id);
      this.#run.holders.run(part.id);
    }
    this.#repository = { name, id };
    return id;
  }
}
