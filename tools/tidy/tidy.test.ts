import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { applyExemptions } from './apply-exemptions.ts';
import { filesSeen } from './files.ts';
import { minSourceFiles } from './policy.ts';
import { rules } from './rules.ts';
import type { SourceFile, Violation } from './source-file.ts';

/** Path → text. */
type Tree = Record<string, string>;

/** `at` lists every place that must be reported, as path:line; an empty list makes it a clean case. */
type Case = { tree: Tree; at: string[] };

function filesOf(tree: Tree): SourceFile[] {
  return Object.entries(tree).map(([path, text]) => ({ path, text }));
}

/** A tree of one file; the numbers are the lines to be reported. */
function one(path: string, text: string | string[], ...lines: number[]): Case {
  const whole = typeof text === 'string' ? text : text.join('\n');
  return { tree: { [path]: whole }, at: lines.map((line) => `${path}:${line}`) };
}

/** `from` imports `to` in one line. */
function imports(from: string, to: string, ...lines: number[]): Case {
  return one(from, `import { x } from '${relativeTo(from, to)}';`, ...lines);
}

function importsType(from: string, to: string, ...lines: number[]): Case {
  return one(from, `import type { X } from '${relativeTo(from, to)}';`, ...lines);
}

function relativeTo(from: string, to: string): string {
  return `./${'../'.repeat(from.split('/').length - 1)}${to}`;
}

function manyFiles(folder: string, count: number, ending = '.ts'): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${folder}/file-${n}${ending}`, '']));
}

const manifest =
  '{ "dependencies": { "pg": "1.0.0", "kysely": "1.0.0" }, "optionalDependencies": { "node": "1" } }';
const sqlFile = 'src/content/tags/tag-reads.ts';

const floorCases: Case[] = [
  imports('src/lib/a.ts', 'src/platform/log/log.ts', 1),
  importsType('src/lib/a.ts', 'src/platform/log/log.ts', 1),
  imports('src/platform/log/log.ts', 'src/access/authorize.ts', 1),
  imports('src/platform/log/log.ts', 'src/platform/db/db.ts', 1),
  imports('src/platform/clock.ts', 'src/platform/db/db.ts', 1),
  imports('src/platform/http/server.ts', 'src/platform/config/options.ts', 1),
  imports('src/access/projects/p.ts', 'src/content/ports.ts', 1),
  imports('src/access/projects/p.ts', 'src/access/users/u.ts', 1),
  imports('src/access/projects/p.ts', 'src/access/members/m.ts', 1),
  imports('src/access/tokens/t.ts', 'src/access/sessions/s.ts', 1),
  imports('src/access/grants/g.ts', 'src/access/authorize.ts', 1),
  imports('src/access/unheard-of/g.ts', 'src/access/users/u.ts', 1),
  imports('src/content/tags/t.ts', 'src/content/artifacts/a.ts', 1),
  imports('src/content/tags/t.ts', 'src/content/referrers/r.ts', 1),
  imports('src/content/ports.ts', 'src/content/tags/t.ts', 1),
  imports('src/content/tags/t.ts', 'src/oci/routes.ts', 1),
  imports('src/content/tags/t.ts', 'src/features/gc/gc.ts', 1),
  imports('src/features/gc/plan.ts', 'src/features/trash/trash.ts', 1),
  imports('src/features/gc/plan.ts', 'src/oci/paths.ts', 1),
  imports('src/features/gc/plan.ts', 'src/app.ts', 1),
  imports('src/oci/routes.ts', 'src/features/gc/gc.ts', 1),
  imports('src/oci/routes.ts', 'src/cli/client.ts', 1),
  imports('src/cli/gc/run.ts', 'src/features/gc/gc.ts', 1),
  imports('src/cli/gc/run.ts', 'src/platform/db/db.ts', 1),
  imports('src/main.ts', 'src/app.ts', 1),
  one('src/main.ts', "import { x } from './platform/db/flush-thread.ts';", 1),
  one('src/main.ts', "const a = await import('./platform/db/db.ts');", 1),
  one(
    'src/content/tags/t.ts',
    ["import { a } from '../../lib/a.ts';", '', "type B = import('../../oci/b.ts').B;"],
    3,
  ),
  imports('src/stray.ts', 'src/lib/a.ts', 1),
  imports('src/app.ts', 'src/stray/a.ts', 1),
  imports('src/lib/a.ts', 'src/lib/oci/b.ts'),
  imports('src/platform/http/server.ts', 'src/platform/log/log.ts'),
  imports('src/platform/http/server.ts', 'src/platform/clock.ts'),
  imports('src/platform/jobs/jobs.ts', 'src/platform/db/db.ts'),
  importsType('src/platform/http/server.ts', 'src/platform/config/options.ts'),
  one('src/platform/http/server.ts', "import { type A, type B } from '../config/options.ts';"),
  imports('src/access/members/m.ts', 'src/access/projects/p.ts'),
  imports('src/access/authorize.ts', 'src/access/oidc/o.ts'),
  imports('src/content/artifacts/a.ts', 'src/content/tags/move-tag-step.ts'),
  imports('src/content/tags/t.ts', 'src/content/ports.ts'),
  imports('src/content/tags/t.ts', 'src/access/authorize.ts'),
  imports('src/features/gc/plan.ts', 'src/content/blobs/blob-reads.ts'),
  imports('src/features/scan/reports/r.ts', 'src/features/scan/scan-store.ts'),
  imports('src/oci/routes.ts', 'src/content/artifacts/push-manifest.ts'),
  imports('src/cli/gc/run.ts', 'src/app.ts'),
  imports('src/cli/gc/run.ts', 'src/cli/client.ts'),
  imports('src/app.ts', 'src/features/gc/gc.ts'),
  one('src/main.ts', "const a = () => import('./platform/db/flush-thread.ts');"),
  imports('src/lib/a.test.ts', 'src/platform/log/log.ts'),
];

const cases: Record<keyof typeof rules, Case[]> = {
  'import-floor': floorCases,
  'import-test-floor': [
    imports('src/lib/a.test.ts', 'src/platform/log/log.ts', 1),
    imports('src/content/tags/tags.testing.ts', 'src/features/gc/gc.ts', 1),
    imports('src/content/tags/t.test.ts', 'src/content/artifacts/a.ts'),
    imports('src/features/gc/gc.test.ts', 'src/features/trash/trash.ts'),
    imports('src/lib/a.test.ts', 'src/platform/db/testing/dialects.ts'),
    imports('src/content/tags/t.test.ts', 'src/app.ts'),
  ],
  'import-test-code': [
    imports('src/lib/a.ts', 'src/lib/a.test.ts', 1),
    imports('src/lib/a.ts', 'src/lib/sample.testing.ts', 1),
    imports('src/lib/a.ts', 'src/testing/sample.ts', 1),
    imports('src/lib/a.ts', 'src/platform/blobstore/blob-store.contract.ts', 1),
    imports('src/lib/a.test.ts', 'src/lib/b.test.ts', 1),
    imports('src/platform/blobstore/s3.test.ts', 'src/platform/blobstore/blob-store.contract.ts'),
    imports('src/lib/a.test.ts', 'src/lib/testing/sample.ts'),
  ],
  'import-front-door': [
    imports('src/app.ts', 'src/features/gc/plan.ts', 1),
    imports('src/features/trash/trash.ts', 'src/features/gc/gc-store.ts', 1),
    imports('src/app.ts', 'src/features/scan/reports/reports.ts', 1),
    imports('src/app.ts', 'src/features/gc/gc.ts'),
    imports('src/features/gc/gc.ts', 'src/features/gc/plan.ts'),
    imports('src/features/scan/scan.ts', 'src/features/scan/reports/reports.ts'),
  ],
  'import-step': [
    imports('src/features/retention/apply.ts', 'src/content/tags/move-tag-step.ts', 1),
    imports('src/oci/put-manifest.ts', 'src/content/tags/move-tag-step.ts', 1),
    imports('src/app.ts', 'src/content/tags/move-tag-step.ts', 1),
    imports('src/content/tags/create-tag.ts', 'src/content/tags/move-tag-step.ts'),
    imports('src/content/artifacts/push-manifest.ts', 'src/content/tags/move-tag-step.ts'),
  ],
  'import-writes': [
    imports('src/features/gc/sweep.ts', 'src/content/blobs/blob-writes.ts', 1),
    imports('src/oci/put-manifest.ts', 'src/content/blobs/blob-writes.ts', 1),
    imports('src/content/tags/t.ts', 'src/access/projects/project-writes.ts', 1),
    imports('src/content/uploads/u.ts', 'src/content/blobs/blob-writes.ts'),
    imports('src/features/gc/gc.test.ts', 'src/content/blobs/blob-writes.ts'),
    imports('src/features/gc/sweep.ts', 'src/content/blobs/blob-reads.ts'),
  ],
  'import-private': [
    imports('src/features/gc/plan.ts', 'src/content/tags/routes.ts', 1),
    imports('src/content/artifacts/a.ts', 'src/content/tags/job.ts', 1),
    imports('src/content/tags/tags.ts', 'src/content/tags/routes.ts'),
    imports('src/app.ts', 'src/oci/routes.ts'),
    imports('src/features/gc/plan.ts', 'src/platform/jobs/job.ts'),
  ],
  'import-outside': [
    imports('test/push/push.test.ts', 'src/app.ts', 1),
    imports('test/fuzz/parsers.test.ts', 'src/lib/a.ts'),
    imports('bench/permission.ts', 'src/lib/a.ts'),
    imports('bench/load/blob.ts', 'src/lib/a.ts', 1),
    imports('tools/gen/gen.ts', 'src/lib/a.ts', 1),
    imports('src/lib/a.ts', 'tools/tidy/tidy.ts', 1),
    imports('src/lib/a.ts', 'package.json'),
    imports('test/push/push.test.ts', 'test/support/server.ts'),
  ],
  'console-direction': [
    imports('web/src/ui/table/a.tsx', 'web/src/ui/text/b.ts'),
    imports('web/src/ui/table/a.tsx', 'web/src/api/b.ts', 1),
    imports('web/src/api/a.ts', 'web/src/ui/text/b.ts'),
    imports('web/src/api/a.ts', 'web/src/shell/b.ts', 1),
    imports('web/src/pages/a/a.tsx', 'web/src/pages/a/b.ts'),
    imports('web/src/pages/a/a.tsx', 'web/src/pages/b/b.ts', 1),
    imports('web/src/pages/a/a.tsx', 'web/src/shell/b.ts', 1),
    imports('web/src/shell/a.tsx', 'web/src/pages/a/b.ts', 1),
    imports('web/src/main.tsx', 'web/src/shell/b.ts'),
    imports('web/src/ui/a.ts', 'test/harness/b.ts', 1),
  ],
  'import-alias': [
    one('src/lib/a.ts', "import { b } from '#lib/b.ts';", 1),
    one('src/lib/a.ts', "import { b } from '@/lib/b.ts';", 1),
    one('src/lib/a.ts', "import { b } from './b';", 1),
    one('src/lib/a.ts', "import { b } from 'berth/src/lib/b.ts';", 1),
    one('src/lib/a.ts', [
      "import { b } from './b.ts';",
      "import { c } from '@scope/c';",
      "import { d } from 'node:fs';",
    ]),
  ],
  'import-literal': [
    one('src/cli/run.ts', 'const a = await import(name);', 1),
    one('src/cli/run.ts', ['', 'const a = await import(`./${name}.ts`);'], 2),
    one('src/cli/run.ts', "const a = await import('./a.ts');"),
  ],
  'cycle-files': [
    {
      tree: {
        'src/lib/a.ts': "import type { B } from './b.ts';",
        'src/lib/b.ts': "\nimport { a } from './a.ts';",
      },
      at: ['src/lib/a.ts:1'],
    },
    {
      tree: {
        'src/lib/a.ts': "import { b } from './b.ts';",
        'src/lib/b.ts': "const c = import('./c.ts');",
        'src/lib/c.ts': "import { a } from './a.ts';",
        'src/lib/d.ts': "import { a } from './a.ts';",
      },
      at: ['src/lib/a.ts:1'],
    },
    one('tools/a.ts', "import { a } from './a.ts';", 1),
    {
      tree: {
        'src/lib/a.ts': "import { b } from './b.ts';",
        'src/lib/b.ts': "// import { a } from './a.ts';",
      },
      at: [],
    },
  ],
  'cycle-folders': [
    {
      tree: {
        'src/content/artifacts/a.ts': "import { t } from '../tags/t.ts';",
        'src/content/tags/t.ts': '',
        'src/content/tags/u.ts': "\nimport type { B } from '../artifacts/b.ts';",
        'src/content/artifacts/b.ts': '',
      },
      at: ['src/content/artifacts/a.ts:1'],
    },
    {
      tree: {
        'src/content/artifacts/a.ts': "import { t } from '../tags/t.ts';",
        'src/content/artifacts/c.ts': "import { a } from './a.ts';",
        'src/content/tags/t.ts': '',
        'src/content/tags/t.test.ts': "import { a } from '../artifacts/a.ts';",
      },
      at: [],
    },
  ],
  'module-gate': [
    one('src/lib/a.ts', "import { readFile } from 'node:fs/promises';", 1),
    one('src/content/blobs/b.ts', "import { createServer } from 'http';", 1),
    one('src/content/blobs/b.ts', "import type { Socket } from 'node:net';", 1),
    one('src/oci/routes.ts', "import { request } from 'node:http';", 1),
    one('src/features/gc/gc.ts', "const sqlite = await import('node:sqlite');", 1),
    one('src/lib/a.ts', "import { Worker } from 'node:worker_threads';", 1),
    one('src/lib/a.ts', "import { createRequire } from 'node:module';", 1),
    one('src/content/tags/tag-reads.ts', "import { Pool } from 'pg';", 1),
    one('src/content/tags/create-tag.ts', "import { sql } from 'kysely';", 1),
    one('src/content/tags/tag-reads.ts', "import { PostgresDialect } from 'kysely';", 1),
    one('src/content/tags/create-tag.ts', "import type { FastifyRequest } from 'fastify';", 1),
    one('src/platform/db/d.ts', ["import { Pool } from 'pg';", "import { PostgresDialect } from 'kysely';"]),
    one('src/platform/files/f.ts', "import { open } from 'node:fs/promises';"),
    one('src/oci/render.ts', "import type { ServerResponse } from 'node:http';"),
    one('src/main.ts', "import { isMainThread } from 'node:worker_threads';"),
    one('src/features/gc/gc-store.ts', "import { sql } from 'kysely';"),
    one('src/features/gc/routes.ts', "import type { FastifyRequest } from 'fastify';"),
    one('src/lib/a.test.ts', "import { readFile } from 'node:fs/promises';"),
  ],
  'module-declared': [
    {
      tree: { 'package.json': manifest, 'src/lib/a.ts': "import a from 'left-pad';" },
      at: ['src/lib/a.ts:1'],
    },
    { tree: { 'package.json': manifest, 'src/lib/a.ts': "import a from 'path';" }, at: ['src/lib/a.ts:1'] },
    {
      tree: {
        'package.json': manifest,
        'src/lib/a.ts': "import a from 'kysely/helpers';\nimport b from 'node:path';",
      },
      at: [],
    },
  ],
  'module-test': [
    one('src/lib/a.ts', "import { mock } from 'node:test';", 1),
    one('src/lib/a.ts', "import assert from 'node:assert/strict';"),
    one('src/lib/sample.testing.ts', "import { mock } from 'node:test';"),
  ],
  env: [
    one('src/lib/a.ts', 'const a = process.env.HOME;', 1),
    one('src/lib/a.ts', ['const a = { ...process', '.env };'], 1),
    one('src/lib/a.ts', "const a = process['env'];", 1),
    one('src/lib/a.ts', 'const { env } = process;', 1),
    one('src/lib/a.ts', "import { env } from 'node:process';", 1),
    one('src/lib/a.ts', ["import process from 'node:process';", 'f(process.env);'], 2, 2),
    one('src/platform/config/options.ts', 'const a = process.env.HOME;'),
    one('src/lib/a.ts', "// process.env\nconst a = 'process.env' + process.pid;"),
    one('src/lib/a.test.ts', 'const a = process.env.HOME;'),
  ],
  console: [
    one('src/lib/a.ts', "console.log('x');", 1),
    one('src/lib/a.ts', "import { Console } from 'node:console';", 1),
    one('src/cli/run.ts', "console.log('x');"),
    one('src/lib/a.ts', 'deps.console.log(1);'),
  ],
  clock: [
    one('src/lib/a.ts', 'const a = Date.now();', 1),
    one('src/lib/a.ts', 'const a = [new Date(), new Date];', 1, 1),
    one('src/lib/a.ts', ['', 'const a = Math.random();'], 2),
    one('src/lib/a.ts', 'const a = Temporal.Now.instant();', 1),
    one('src/platform/clock.ts', 'export const clock = { now: () => Date.now() };'),
    one('src/lib/a.ts', 'const a = new Date(now), b = Math.max(1, 2), c = clock.Date.now;'),
    one('src/lib/a.test.ts', 'const a = Date.now();'),
  ],
  hash: [
    one('src/content/blobs/b.ts', "import { createHash } from 'node:crypto';", 1),
    one('src/content/blobs/b.ts', "import { hash as h } from 'crypto';", 1),
    one('src/content/blobs/b.ts', ["import * as c from 'node:crypto';", "c.createHash('sha256');"], 2),
    one(
      'src/content/blobs/b.ts',
      "import { randomUUID } from 'node:crypto';\nimport { hash } from './h.ts';",
    ),
    one('src/platform/threads/hash.ts', "import { createHash } from 'node:crypto';"),
  ],
  fetch: [
    one('src/content/remotes/r.ts', 'const a = await fetch(url);', 1),
    one('src/content/remotes/r.ts', 'const a = new WebSocket(url);', 1),
    one('src/content/remotes/r.ts', [
      'await deps.fetch(url);',
      'const o = { fetch(url: string) { return url; } };',
    ]),
    one('src/platform/http/client.ts', 'const a = await fetch(url);'),
  ],
  'live-view': [
    one(sqlFile, "db.selectFrom('tag').select('name')", 1),
    one(sqlFile, "db.selectFrom(['live_artifact as a', 'tag as t'])", 1),
    one(
      sqlFile,
      ["db.selectFrom('live_tag')", ".innerJoin('repository as r', 'r.id', 'tag.repository_id')"],
      2,
    ),
    one(sqlFile, "tx.updateTable('artifact').set({})", 1),
    one(sqlFile, "tx.deleteFrom('project')", 1),
    one(sqlFile, "tx.insertInto('tag')", 1),
    one(sqlFile, ['sql<Row>`select *', 'from tag where id = ${id}`'], 2),
    one(sqlFile, ['sql`select ${a}', '  join "repository" r on true`'], 2),
    one(sqlFile, "prepare('select digest from artifact where id = ?')", 1),
    one('src/features/gc/gc-store.ts', "db.selectFrom('tag')", 1),
    one(sqlFile, [
      "db.selectFrom('live_tag').innerJoin('blob', 'blob.id', 'live_tag.id')",
      'sql`select 1 from live_tag`',
    ]),
    one(sqlFile, ["Array.from('tag');", "throw new Error('removed from project');", '`from tag ${a}`;']),
    one(sqlFile, 'sql`select 1 from tag_history join project_usage on true`'),
    one('src/content/tags/tag-writes.ts', "tx.updateTable('tag')"),
    one('src/features/trash/purge-tags.ts', "tx.deleteFrom('tag')"),
    one('src/content/tags/tags.test.ts', "db.selectFrom('tag')"),
  ],
  'name-case': [
    one('src/lib/pushManifest.ts', '', 1),
    one('src/lib/Bad_Folder/a.ts', '', 1),
    one('src/lib/a.js', '', 1),
    one('src/lib/a.spec.ts', '', 1),
    one('src/platform/db/migrations/202601010000-first.ts', ''),
    one('src/lib/push-manifest.test.ts', ''),
  ],
  'name-banned': [
    one('src/lib/utils.ts', '', 1),
    one('src/lib/helpers/a.ts', '', 1),
    one('src/content/tags/index.ts', '', 1),
    one('src/content/data/a.ts', '', 1),
    one('src/content/tags/tag-manager.ts', '', 1),
    one('test/common/a.ts', '', 1),
    one('src/lib/oci/image-index.ts', ''),
  ],
  'name-export': [
    one('src/content/artifacts/push-manifest.ts', 'export function pushManifestFast() {}', 1),
    one(
      'src/content/artifacts/push-manifest.ts',
      'export function pushAll() {}\nfunction pushManifest() {}',
      1,
    ),
    one('src/content/tags/move-tag-step.ts', 'export function tagMove() {}', 1),
    one('src/lib/digest.ts', 'export type Hash = string;', 1),
    one('src/lib/event-types.ts', 'export const names = 1;', 1),
    one('src/access/authorize.ts', 'export function may() {}', 1),
    one('src/content/artifacts/push-manifest.ts', 'export async function pushManifest() {}'),
    one('src/content/tags/move-tag-step.ts', 'export function moveTag() {}'),
    one('src/features/gc/gc.ts', 'export function createGc() {}'),
    one('src/features/retention/policy.ts', 'export function parsePolicy() {}'),
    one('src/lib/errors.ts', 'export const errorTable = {};'),
    one('src/lib/event-types.ts', 'export type EventTypes = 1;'),
    one('src/platform/jobs/job-settings.ts', 'export type AllJobSettings = 1;'),
    one('src/platform/blobstore/blob-store.ts', 'export interface BlobStore {}'),
    one('src/access/authorize.ts', 'export function can() {}'),
    one('src/features/gc/routes.ts', 'export const gcTable = 1;'),
  ],
  'default-export': [
    one('src/lib/a.ts', 'export default function a() {}', 1),
    one('tools/a.ts', ['const a = 1;', 'export { a as default };'], 2),
    one('src/lib/a.ts', "export const a = 'export default';"),
  ],
  're-export': [
    one('src/lib/a.ts', "export { b } from './b.ts';", 1),
    one('src/lib/a.ts', "export * from './b.ts';", 1),
    one('src/lib/a.ts', "export type { B } from './b.ts';", 1),
    one('src/lib/a.ts', ["import { b } from './b.ts';", 'export { b };'], 2),
    one('src/lib/a.ts', ["import { b } from './b.ts';", 'const c = b;', 'export { c };']),
  ],
  'folder-size': [
    { tree: manyFiles('src/content/tags', 21), at: ['src/content/tags:1'] },
    { tree: manyFiles('src/content/tags', 20), at: [] },
    { tree: manyFiles('src/content/tags', 30, '.test.ts'), at: [] },
    { tree: manyFiles('src/platform/db/migrations', 30), at: [] },
  ],
  orphan: [
    { tree: { 'src/main.ts': '', 'src/lib/a.ts': '' }, at: ['src/lib/a.ts:1'] },
    {
      tree: {
        'src/main.ts': '',
        'src/lib/a.ts': "import { b } from './b.ts';",
        'src/lib/b.ts': "import { a } from './a.ts';",
      },
      at: ['src/lib/a.ts:1', 'src/lib/b.ts:1'],
    },
    { tree: { 'src/main.ts': '', 'src/lib/sample.testing.ts': '' }, at: ['src/lib/sample.testing.ts:1'] },
    {
      tree: {
        'src/main.ts': "const a = () => import('./lib/a.ts');",
        'src/lib/a.ts': '',
        'src/app.ts': "import { b } from './lib/b.ts';",
        'src/lib/b.ts': '',
        'src/lib/c.test.ts': "import { c } from './c.ts';",
        'src/lib/c.ts': '',
      },
      at: [],
    },
  ],
  'lib-drawer': [
    {
      tree: {
        'src/lib/a.ts': '',
        'src/content/tags/t.ts': "import { a } from '../../lib/a.ts';",
        'src/content/tags/u.ts': "import { a } from '../../lib/a.ts';",
        'src/content/blobs/b.test.ts': "import { a } from '../../lib/a.ts';",
      },
      at: ['src/lib/a.ts:1'],
    },
    {
      tree: {
        'src/lib/a.ts': '',
        'src/lib/b.ts': "import { a } from './a.ts';",
        'src/content/tags/t.ts': "import { b } from '../../lib/b.ts';",
        'src/oci/o.ts': "import { b } from '../lib/b.ts';",
      },
      at: [],
    },
  ],
  'files-seen': [
    { tree: {}, at: ['src:1'] },
    { tree: manyFiles('src/lib', minSourceFiles - 1), at: ['src:1'] },
    { tree: manyFiles('test/lib', minSourceFiles), at: ['src:1'] },
    { tree: manyFiles('src/lib', minSourceFiles), at: [] },
  ],
  'manual-pages': [
    { tree: { 'docs/en/gc.md': '', 'docs/en/a/b.md': '', 'docs/zh/gc.md': '' }, at: ['docs/en/a/b.md:1'] },
    { tree: { 'docs/zh/gc.md': '' }, at: ['docs/zh/gc.md:1'] },
    { tree: { 'docs/en/gc.md': '', 'docs/zh/gc.md': '' }, at: [] },
    { tree: {}, at: [] },
  ],
  'dependency-list': [
    { tree: { 'package.json': manifest }, at: ['docs/dependencies.md:1'] },
    { tree: {}, at: ['package.json:1'] },
    {
      tree: {
        'package.json': manifest,
        'docs/dependencies.md': '| name | why |\n|---|---|\n| `pg` | a |\n| `left-pad` | b |',
      },
      at: ['docs/dependencies.md:1', 'docs/dependencies.md:4'],
    },
    {
      tree: {
        'package.json': manifest,
        'docs/dependencies.md': '| `pg` | a |\n| `kysely` | b |\n| `node` | c |',
      },
      at: [],
    },
  ],
  licence: [
    one(
      'package-lock.json',
      [
        '{ "packages": {',
        '"tools": {},',
        '"node_modules/own": { "link": true },',
        '"node_modules/a": { "license": "GPL-3.0-only" },',
        '"node_modules/b": { "license": "(MIT OR GPL-3.0-only)" },',
        '"node_modules/c": { "license": "MIT AND SSPL-1.0" },',
        '"node_modules/a/node_modules/d": {}',
        '} }',
      ],
      4,
      6,
      7,
    ),
    one('package-lock.json', '{ "packages": { "node_modules/a": { "license": "MIT OR GPL-3.0-only" } } }'),
  ],
  'licence-list': [
    {
      tree: {
        'package.json': manifest,
        'package-lock.json':
          '{ "packages": { "node_modules/pg": { "license": "MIT" }, "node_modules/kysely": { "license": "MIT" } } }',
        'docs/dependencies.md': '| `pg` | a | MIT |\n| `kysely` | b | ISC |',
      },
      at: ['docs/dependencies.md:2'],
    },
    {
      tree: {
        'package.json': manifest,
        'package-lock.json': '{ "packages": { "node_modules/pg": { "license": "MIT" } } }',
        'docs/dependencies.md': '| `pg` | a | MIT |',
      },
      at: [],
    },
  ],
  todo: [
    one('src/lib/a.ts', ['const a = 1;', '// TODO: more'], 2),
    one('test/a.test.ts', '/* FIXME */', 1),
    one('src/lib/a.ts', "const a = 'TODO'; // todo list"),
  ],
  suppression: [
    one('src/lib/a.ts', '// @ts-expect-error: b', 1),
    one('src/lib/a.ts', ['', '/* oxlint-disable no-empty */'], 2),
    one('src/lib/a.ts', '// biome-ignore format: c', 1),
    one('src/lib/a.test.ts', '/**\n * @ts-ignore\n */', 1),
    one('src/lib/a.ts', "// explains why @ts-ignore is banned\nconst a = '// @ts-ignore';"),
  ],
  'empty-catch': [
    one('src/lib/a.ts', 'try { a(); } catch {}', 1),
    one('src/lib/a.ts', ['try { a(); }', 'catch (error) {', '}'], 2),
    one('src/lib/a.ts', 'void a().catch(() => {});', 1),
    one('src/lib/a.ts', 'void a().catch((error: unknown) => {});', 1),
    one('src/lib/a.ts', 'try { a(); } catch (error) { throw new B(error); }\na().catch(report);'),
    one('src/lib/a.ts', 'try { a(); } catch {\n  // the other side closed first\n}'),
  ],
  'test-reason': [
    one('src/lib/a.test.ts', "test.only('a', () => {});", 1),
    one('src/lib/a.test.ts', "describe.skip('a', () => {});", 1),
    one('test/a.test.ts', ['', "test('a', { skip: true }, () => {});"], 2),
    one('src/lib/a.test.ts', 'test("a", (t) => t.skip());', 1),
    one('src/lib/a.test.ts', "test('a', { skip: 'needs a disk' }, (t) => t.skip('why'));"),
    one('src/lib/a.ts', "test.only('a');"),
  ],
};

function report(rule: keyof typeof rules, tree: Tree): Violation[] {
  return rules[rule](filesOf(tree));
}

for (const rule of Object.keys(rules) as (keyof typeof rules)[]) {
  test(`${rule} reports what is planted and nothing else`, () => {
    for (const { tree, at } of cases[rule]) {
      const violations = report(rule, tree);
      const places = violations.map(({ path, line }) => `${path}:${line}`);
      assert.deepEqual(places.toSorted(), at.toSorted(), JSON.stringify({ tree, violations }, null, 2));
      assert.ok(violations.every((violation) => violation.rule === rule));
    }
  });
}

test('every rule has a planted fault and a clean case', () => {
  assert.deepEqual(Object.keys(cases).toSorted(), Object.keys(rules).toSorted());
  for (const [rule, list] of Object.entries(cases)) {
    assert.ok(
      list.some(({ at }) => at.length > 0),
      `${rule} has no planted fault`,
    );
    assert.ok(
      list.some(({ at }) => at.length === 0),
      `${rule} has no clean case`,
    );
  }
});

test('every message says what to do instead', () => {
  const messages = Object.entries(cases).flatMap(([rule, list]) =>
    list.flatMap(({ tree }) => report(rule as keyof typeof rules, tree).map(({ message }) => message)),
  );
  assert.ok(messages.length > 100);
  for (const message of messages) assert.match(message, /: |, or /);
});

test('no source file is fewer than any minimum', () => {
  assert.equal(filesSeen([], 1).length, 1);
  assert.equal(filesSeen(filesOf({ 'src/lib/a.ts': '' }), 1).length, 0);
});

const violation: Violation = { rule: 'todo', path: 'src/lib/a.ts', line: 3, message: 'm' };
const exemption = {
  rule: 'todo',
  path: 'src/lib/*.ts',
  until: '2026-01-31',
  why: 'moves with the next import',
};

test('an exemption holds through its last day', () => {
  assert.deepEqual(applyExemptions([violation], [exemption], '2026-01-31'), []);
  const other = { ...violation, rule: 'clock' };
  assert.deepEqual(applyExemptions([violation, other], [exemption], '2026-01-31'), [other]);
});

test('an exemption that is past its day, unused or incomplete is a violation and exempts nothing', () => {
  const late = applyExemptions([violation], [exemption], '2026-02-01');
  assert.deepEqual(
    late.map(({ rule }) => rule),
    ['todo', 'exemption'],
  );
  const faults = [
    applyExemptions([], [exemption], '2026-01-01'),
    applyExemptions([violation], [{ ...exemption, until: 'soon' }], '2026-01-01'),
    applyExemptions([violation], [{ ...exemption, why: ' ' }], '2026-01-01'),
  ];
  for (const found of faults) assert.equal(found.filter(({ rule }) => rule === 'exemption').length, 1);
});

function runTidy(tree: Tree): { status: number | null; stdout: string } {
  const root = mkdtempSync(join(tmpdir(), 'berth-tidy-'));
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'tidy.ts'), root],
      { encoding: 'utf8' },
    );
    assert.equal(stderr, '');
    return { status, stdout };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const modules = Array.from({ length: minSourceFiles }, (_, n) => `thing-${n}`);
const cleanTree: Tree = {
  'package.json': '{ "dependencies": {} }',
  'docs/dependencies.md': '',
  'src/main.ts': modules.map((name) => `import './cli/${name}.ts';\n`).join(''),
  ...Object.fromEntries(
    modules.map((name, n) => [`src/cli/${name}.ts`, `export function thing${n}(): void {}\n`]),
  ),
  ...manyFiles('tools/gen', 20),
};

test('the program fails on an empty folder, because it saw no files', () => {
  const { status, stdout } = runTidy({});
  assert.equal(status, 1);
  assert.match(stdout, /^src:1: files-seen: saw 0 source files/m);
  assert.match(stdout, /^tidy: 0 files seen \(0 of src\), 2 violations\n$/m);
});

test('the program prints each violation with its place, counts files, and fails', () => {
  const { status, stdout } = runTidy({ ...cleanTree, 'test/a.test.ts': '\n// FIXME\n' });
  assert.equal(status, 1);
  assert.match(stdout, /^test\/a\.test\.ts:2: todo: .+$/m);
});

test('the program succeeds on a clean tree and says what it saw', () => {
  const { status, stdout } = runTidy(cleanTree);
  assert.equal(
    stdout,
    `tidy: ${minSourceFiles + 23} files seen (${minSourceFiles + 1} of src), 0 violations\n`,
  );
  assert.equal(status, 0);
});
