import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { amongVisibleRepositories } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { findRepositories } from './found-repository-reads.ts';
import { countRepositories } from './repository-count-reads.ts';
import { pageOfShownRepositories, type RepositoryPage } from './repository-page-reads.ts';
import { pageOfRepositories } from './repository-reads.ts';

const projects = 40;
const repositories = 12_000;
const first = 100;

interface Place {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  readonly at: number;
}

/** Every fourth project is public; the first holds half of all; in each there is a folder. */
const places: readonly Place[] = Array.from({ length: repositories }, (_, n) => {
  const projectId = first + (n % 2 === 0 ? 0 : n % projects);
  return {
    id: first + n,
    projectId,
    name: `p${projectId}/${n % 3 === 0 ? 'team/' : ''}r${n}`,
    at: (n * 7919) % 10_007,
  };
});

const isOpen = (projectId: number): boolean => projectId % 4 === 1;

async function fill(db: Queries): Promise<void> {
  const rows = JSON.stringify(places.map(({ id, projectId, name, at }) => [id, projectId, name, at]));
  const json = db.dialect === 'sqlite' ? sql`json_each(${rows})` : sql`json_array_elements(${rows}::json)`;
  const int = db.dialect === 'sqlite' ? sql`` : sql`::bigint`;
  await sql`insert into "user" (id, username, realname, password_version, created_at, updated_at)
    values (${first}, 'owner', '', 1, 0, 0)`.execute(db.builder);
  for (let id = first; id < first + projects; id++)
    await sql`insert into project (id, name, owner_id, public, created_at, updated_at)
      values (${id}, ${`p${id}`}, ${first}, ${isOpen(id) ? 1 : 0}, 0, 0)`.execute(db.builder);
  await sql`insert into repository (id, project_id, full_name, created_at, updated_at, visible_at, pull_count)
    select (value ->> 0)${int}, (value ->> 1)${int}, value ->> 2, (value ->> 3)${int}, (value ->> 3)${int} / 3, 0, 0
      from ${json} as each_row`.execute(db.builder);
}

const sets: readonly (readonly [name: string, set: Visible, holds: (place: Place) => boolean])[] = [
  ['everything', { kind: 'all' }, () => true],
  [
    'what is public',
    { kind: 'some', public: true, projectIds: [], names: [] },
    ({ projectId }) => isOpen(projectId),
  ],
  [
    'folders and single ones beside what is public, some of them twice',
    {
      kind: 'some',
      public: true,
      projectIds: [103],
      names: [
        { projectId: 100, pattern: { kind: 'below', folder: 'team/' } },
        { projectId: 100, pattern: { kind: 'exact', path: 'team/r6' } },
        { projectId: 100, pattern: { kind: 'exact', path: 'r2' } },
        { projectId: 101, pattern: { kind: 'exact', path: 'r1' } },
        { projectId: 107, pattern: { kind: 'below', folder: '' } },
      ],
    },
    ({ projectId, name }) =>
      isOpen(projectId) ||
      [103, 107].includes(projectId) ||
      (projectId === 100 && (name.startsWith('p100/team/') || name === 'p100/r2')),
  ],
  [
    'a few',
    { kind: 'some', public: false, projectIds: [105], names: [] },
    ({ projectId }) => projectId === 105,
  ],
  [
    'everything but two projects',
    { kind: 'some', public: true, everywhere: true, except: [100, 101], projectIds: [], names: [] },
    ({ projectId }) => projectId !== 100 && projectId !== 101,
  ],
];

const orders = {
  createdAt: (a: Place, b: Place) => a.at - b.at,
  name: (a: Place, b: Place) => (a.name < b.name ? -1 : 1),
  updatedAt: (a: Place, b: Place) => Math.floor(a.at / 3) - Math.floor(b.at / 3),
  pullCount: () => 0,
  id: () => 0,
} as const;

for (const dialect of dialects) {
  test(`totals and pages of repositories are what reading all of them says, for any caller (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    const { reader } = opened.db;
    for (const [told, visible, holds] of sets) {
      for (const [by, compare] of Object.entries(orders)) {
        for (const descending of [true, false]) {
          const sign = descending ? -1 : 1;
          const expected = places.filter(holds).toSorted((a, b) => sign * (compare(a, b) || a.id - b.id));
          const sort: RepositoryPage['sort'] = [{ by: by as keyof typeof orders, descending }];
          const last = Math.floor((expected.length - 1) / 10) * 10;
          for (const offset of [0, Math.floor(last / 2), last, last + 10]) {
            const page = await pageOfShownRepositories(reader, { visible, offset, limit: 10, sort });
            const what = `${told}, by ${by}, from ${offset}`;
            assert.equal(page.count, expected.length, what);
            const ids = page.rows.map(({ id }) => id);
            assert.deepEqual(
              ids,
              expected.slice(offset, offset + 10).map(({ id }) => id),
              what,
            );
          }
        }
      }
    }
  });

  test(`parts of names, single projects and counts are what reading all repositories says (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    const { reader } = opened.db;
    const limits = { offset: 0, limit: 0, sort: [{ by: 'createdAt', descending: true }] } as const;
    for (const [told, visible, holds] of sets) {
      const seen = places.filter(holds);
      for (const fuzzy of ['R11', 'team/', 'p10', '%', 'r']) {
        const { count } = await pageOfShownRepositories(reader, { ...limits, visible, name: { fuzzy } });
        const matching = seen.filter(({ name }) => name.includes(fuzzy.toLowerCase()));
        assert.equal(count, matching.length, `${told}, ${fuzzy}`);
        const found = await findRepositories(reader, {
          visible,
          part: fuzzy,
          limit: 20,
          artifactCount: sql`0`,
        });
        assert.deepEqual(
          found.map(({ fullName }) => fullName),
          matching
            .map(({ name }) => name)
            .toSorted()
            .slice(0, 20),
          `${told}, ${fuzzy}`,
        );
      }
      for (const projectIds of [[100], [101, 105], [7]]) {
        const { count } = await pageOfShownRepositories(reader, { ...limits, visible, projectIds });
        assert.equal(count, seen.filter(({ projectId }) => projectIds.includes(projectId)).length, told);
      }
      const exact = seen[0]?.name ?? '';
      const one = await pageOfShownRepositories(reader, { ...limits, visible, limit: 1, name: { exact } });
      assert.deepEqual([one.count, one.rows[0]?.fullName], [1, exact]);
      const open = seen.filter(({ projectId }) => isOpen(projectId)).length;
      assert.deepEqual(await countRepositories(reader, visible), {
        public: open,
        private: seen.length - open,
      });
    }
  });

  test(`lists of repositories read no table as a whole and sort none (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    const { db } = opened;
    for (const [told, visible, holds] of sets) {
      const few = places.filter(holds).length <= 5_000;
      // By id SQLite's table is the index itself.
      for (const by of ['createdAt', 'name', 'updatedAt', 'pullCount'] as const) {
        const [count, page] = await plansOf(db, async (reader) => {
          await pageOfShownRepositories(reader, {
            visible,
            offset: 0,
            limit: 10,
            sort: [{ by, descending: true }],
          });
        });
        assert.doesNotMatch(`${count}\n${page}`, scans, told);
        if (dialect === 'postgres' && visible.kind === 'all')
          assert.match(count ?? '', /Index Only Scan using repository_count_by_project/);
        if (!few) assert.doesNotMatch(page ?? '', sorts, `${told}, by ${by}`);
      }
      const plans = await plansOf(db, async (reader) => {
        await findRepositories(reader, { visible, part: 'r', limit: 10, artifactCount: sql`0` });
        const where = amongVisibleRepositories(visible, dialect);
        await pageOfRepositories(reader, { after: 'p2', count: 10, where });
        await countRepositories(reader, visible);
      });
      for (const plan of plans) assert.doesNotMatch(plan, scans, told);
      for (const plan of few ? [] : plans) assert.doesNotMatch(plan, sorts, told);
    }
  });
}

/** A table that is read by no index. */
const tables = '(?:live_)?(?:project|repository|artifact|in_range|place)';
const scans = new RegExp(`\\bSCAN ${tables}\\b(?!.*USING (?:COVERING )?INDEX)|Seq Scan on "?${tables}\\b`);
const sorts = /TEMP B-TREE FOR ORDER BY|\bSort\b/;
