import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesMore } from './changes-more.ts';

const contentOnly = [
  'select * from project',
  '  SELECT 1',
  'insert into "event" ("type") values (?)',
  'insert or ignore into blob_link values (1)',
  'insert into "tag" ("name") values (?) on conflict do update set "digest" = ? returning "id"',
  'update "artifact" set "size" = ? where "id" = ?',
  'update or ignore upload set size = 1',
  'delete from "project_blob" where "project_id" in (select "id" from "project")',
];

for (const sql of contentOnly)
  test(`changes content, or nothing: ${sql}`, () => assert.equal(changesMore(sql), false));

const more = [
  'insert into "grant" ("role") values (?)',
  'insert or replace into "user" ("username") values (?)',
  'update "project" set "public" = ?',
  'update or ignore robot set disabled = 1',
  'delete from "user_group_member" where "user_id" = ?',
  'delete from former_project',
  'insert into token_scope values (1)',
  'insert into "setting" ("name") values (?)',
  'insert into "live_event" values (1)',
  // What cannot be read counts.
  'with gone as (select 1) delete from tag',
  'replace into tag values (1)',
  '/* a note */ insert into tag values (1)',
  'drop table tag',
  'pragma user_version = 3',
  '',
];

for (const sql of more)
  test(`may change more than content: ${sql}`, () => {
    assert.equal(changesMore(sql), true);
    assert.equal(changesMore(sql), true, 'the second time, too');
  });
