// Fills the database of a stopped server: a million pushes over HTTP would take an hour.

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { mediaTypes } from '../load/blob.ts';
import { grownImage, grownRepository, sharedConfig } from './grown-image.ts';

const batch = 20_000;

const statements = {
  blob: `insert into blob (id, digest, size, state, generation, state_at) values (?, ?, ?, 'live', 0, ?)`,
  manifest: 'insert into manifest (blob_id, bytes) values (?, ?)',
  reference: `insert into reference (manifest_id, position, kind, digest, size, blob_id) values (?, ?, ?, ?, ?, ?)`,
  link: 'insert into blob_link (repository_id, blob_id, touched_at, hidden) values (?, ?, ?, 0)',
  held: 'insert into project_blob (project_id, blob_id, holders) values (?, ?, 1)',
  artifact: `insert into artifact (id, repository_id, blob_id, digest, media_type, size, pushed_at)
             values (?, ?, ?, ?, '${mediaTypes.manifest}', ?, ?)`,
  tag: 'insert into tag (repository_id, name, artifact_id, digest, pushed_at) values (?, ?, ?, ?, ?)',
  history: `insert into tag_history (repository_id, name, digest, actor, at) values (?, ?, ?, 'user:1', ?)`,
  event: `insert into event (type, at, actor, address, client, request_id, project_id, object, data)
          values (?, ?, 'user:1', '127.0.0.1', 'bench', '', ?, ?, '{}')`,
} as const;

/** Adds images 0 … `count` - 1 to the one repository, with all the rows that a push makes. */
export function growDatabase(folder: string, count: number): void {
  const db = new DatabaseSync(join(folder, 'data', 'berth.db'));
  db.exec('pragma synchronous = off; pragma cache_size = -200000; pragma foreign_keys = off');
  const rows = new Rows(db);
  for (let from = 0; from < count; from += batch) {
    db.exec('begin');
    for (let number = from; number < Math.min(count, from + batch); number += 1) rows.add(number);
    db.exec('commit');
  }
  rows.charge();
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}

class Rows {
  readonly #db: DatabaseSync;
  readonly #run: Record<keyof typeof statements, StatementSync>;
  readonly #repository: { readonly id: number; readonly project: number };
  readonly #configId: number;
  readonly #now = Date.now();
  #blobId: number;
  #artifactId: number;
  #bytes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    const entries = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]);
    this.#run = Object.fromEntries(entries) as Record<keyof typeof statements, StatementSync>;
    this.#repository = this.#one(
      'select id, project_id as project from repository where full_name = ?',
      grownRepository,
    );
    this.#configId = this.#one<{ id: number }>(
      'select id from blob where digest = ?',
      sharedConfig.digest,
    ).id;
    this.#blobId = this.#one<{ id: number }>('select max(id) as id from blob').id;
    this.#artifactId = this.#one<{ id: number }>('select max(id) as id from artifact').id;
  }

  add(number: number): void {
    const run = this.#run;
    const { id: repository, project } = this.#repository;
    const { tag, layer, manifest } = grownImage(number);
    const layerId = this.#addBlob(layer);
    run.link.run(repository, layerId, this.#now);
    const manifestId = this.#addBlob(manifest);
    run.manifest.run(manifestId, Buffer.concat(manifest.chunks));
    run.reference.run(manifestId, 0, 'config', sharedConfig.digest, sharedConfig.size, this.#configId);
    run.reference.run(manifestId, 1, 'layer', layer.digest, layer.size, layerId);
    this.#artifactId += 1;
    run.artifact.run(this.#artifactId, repository, manifestId, manifest.digest, manifest.size, this.#now);
    run.tag.run(repository, tag, this.#artifactId, manifest.digest, this.#now);
    run.history.run(repository, tag, manifest.digest, this.#now);
    run.event.run('artifact.pushed', this.#now, project, `${grownRepository}@${manifest.digest}`);
    run.event.run('tag.moved', this.#now, project, `${grownRepository}:${tag}`);
  }

  /** What the project uses. */
  charge(): void {
    this.#db
      .prepare('update project_usage set used_bytes = used_bytes + ? where project_id = ?')
      .run(this.#bytes, this.#repository.project);
  }

  #addBlob({ digest, size }: { readonly digest: string; readonly size: number }): number {
    this.#blobId += 1;
    this.#run.blob.run(this.#blobId, digest, size, this.#now);
    this.#run.held.run(this.#repository.project, this.#blobId);
    this.#bytes += size;
    return this.#blobId;
  }

  #one<T extends object>(sql: string, ...values: string[]): T {
    return this.#db.prepare(sql).get(...values) as T;
  }
}
