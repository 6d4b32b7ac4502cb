import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { plansOf } from '../../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../../platform/db/testing/test-database.ts';
import { pageOfArtifacts } from './artifact-page-reads.ts';
import { countArtifacts } from './count-artifacts-reads.ts';

const artifacts = 400;
const first = 100;
const types = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json'];

/** Two projects with two repositories each; every fifth artifact is an index of others, here or elsewhere. */
async function fill(db: Queries): Promise<void> {
  const run = async (table: string, columns: string, rows: readonly (readonly unknown[])[]) => {
    for (const row of rows)
      await sql`insert into ${sql.table(table)} (${sql.raw(columns)}) values (${sql.join(row)})`.execute(
        db.builder,
      );
  };
  const ids = Array.from({ length: artifacts }, (_, n) => first + n);
  const places = [first, first + 1, first + 2, first + 3];
  const digest = (id: number): string => `sha256:${`${id}`.padStart(64, '0')}`;
  const isIndex = (id: number): boolean => id % 5 === 0;
  await run('user', 'id, username, realname, password_version, created_at, updated_at', [
    [first, 'o', '', 1, 0, 0],
  ]);
  for (const id of [first, first + 1])
    await run('project', 'id, name, owner_id, public, created_at, updated_at', [
      [id, `p${id}`, first, 1, 0, 0],
    ]);
  await run(
    'repository',
    'id, project_id, full_name, created_at, updated_at, visible_at',
    places.map((id) => [id, first + (id % 2), `p${first + (id % 2)}/r${id}`, 0, 0, 0]),
  );
  const gone = (id: number): number | null => (id % 11 === 0 ? 1 : null);
  const bytes = new Uint8Array([123, 125]);
  // A manifest is in one repository, or in two.
  const rows = ids.flatMap((id) => [
    [id, first + (id % 4)],
    ...(id % 3 === 0 ? [[id, first + ((id + 2) % 4)]] : []),
  ]);
  await run(
    'blob',
    'id, digest, size, state, generation, state_at',
    ids.map((id) => [id, digest(id), 2, 'live', 0, 0]),
  );
  await run(
    'manifest',
    'blob_id, bytes',
    ids.map((id) => [id, bytes]),
  );
  await run(
    'artifact',
    'id, repository_id, blob_id, digest, media_type, size, pushed_at, deleted_at, subject, accessory_kind',
    rows.map(([blob = 0, repository = 0], at) => [
      first + at,
      repository,
      blob,
      digest(blob),
      isIndex(blob) ? types[0] : types[1],
      2,
      (at * 37) % 101,
      gone(blob + repository),
      blob % 17 === 0 ? digest(blob - 1) : null,
      blob % 13 === 0 ? 'signature.cosign' : null,
    ]),
  );
  await run(
    'reference',
    'manifest_id, position, kind, digest, size, blob_id',
    ids
      .filter(isIndex)
      .flatMap((id) =>
        [1, 4, 9, 4].map((step, at) => [
          id,
          at,
          'child',
          digest(id + step),
          2,
          id + step < first + artifacts ? id + step : null,
        ]),
      ),
  );
  await run(
    'tag',
    'repository_id, name, artifact_id, digest, pushed_at, deleted_at',
    rows.flatMap(([blob = 0, repository = 0], at) =>
      at % 7 < 2 ? [[repository, `v${at}`, first + at, digest(blob), 0, at % 7 === 0 ? 1 : null]] : [],
    ),
  );
}

/** Read artifact by artifact. */
async function recount(db: Queries, place: 'repository_id' | 'project_id', id: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select artifact.id from artifact
    join repository on repository.id = artifact.repository_id
    where ${sql.ref(place === 'project_id' ? 'repository.project_id' : 'artifact.repository_id')} = ${id}
      and artifact.deleted_at is null and artifact.subject is null and artifact.accessory_kind is null
      and (exists (select 1 from tag where tag.artifact_id = artifact.id and tag.deleted_at is null)
        or not exists (select 1 from reference join artifact as parent on parent.blob_id = reference.manifest_id
          where reference.blob_id = artifact.blob_id and reference.kind = 'child' and parent.deleted_at is null
            and parent.repository_id = artifact.repository_id))
    order by artifact.pushed_at desc, artifact.id desc`.execute(db.builder);
  return rows.map((row) => row.id);
}

for (const dialect of dialects) {
  test(`totals and pages of artifacts are what reading each artifact says (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    const { reader } = opened.db;
    const sort = [{ by: 'pushedAt', descending: true }] as const;
    for (const [place, id] of [100, 101, 102, 103].flatMap((id) => [
      ['repository_id', id] as const,
      ...(id < 102 ? [['project_id', id] as const] : []),
    ])) {
      const of = place === 'project_id' ? { projectId: id } : { repositoryId: id };
      const expected = await recount(reader, place, id);
      assert.ok(expected.length > 40, `${place} ${id}`);
      assert.equal(await countArtifacts(reader, of), expected.length, `${place} ${id}`);
      const last = Math.floor((expected.length - 1) / 10) * 10;
      for (const offset of [0, 20, last, last + 10]) {
        const page = await pageOfArtifacts(reader, { of, filters: [], sort, offset, limit: 10 });
        assert.equal(page.count, expected.length);
        assert.deepEqual(
          page.rows.map((row) => row.id),
          expected.slice(offset, offset + 10),
        );
      }
    }
  });

  test(`lists of artifacts are counted and read by indexes in their order (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    const sort = [{ by: 'pushedAt', descending: true }] as const;
    for (const place of [{ projectId: first }, { repositoryId: first }]) {
      const [count = '', page = ''] = await plansOf(opened.db, async (reader) => {
        await pageOfArtifacts(reader, { of: place, filters: [], sort, offset: 0, limit: 10 });
      });
      // PostgreSQL may take either of so few rows.
      const index = `artifact_shown_by_${dialect === 'postgres' ? '(project|push)' : 'projectId' in place ? 'project' : 'push'}`;
      if (dialect === 'sqlite') assert.match(count, new RegExp(`COVERING INDEX ${index}`));
      else if ('projectId' in place)
        assert.match(count, /Index Only Scan using artifact_count_by_project on artifact .*\n *Index Cond/);
      else assert.match(count, /Index (Only )?Scan using artifact_(shown|count)_by_/);
      assert.match(count, /artifact_with_children/);
      assert.match(page, new RegExp(index));
      for (const plan of [count, page])
        assert.doesNotMatch(
          plan,
          /SCAN (?!hidden|CONSTANT|\w+ USING)|Seq Scan|TEMP B-TREE FOR ORDER BY|\bSort\b/,
        );
    }
  });
}
