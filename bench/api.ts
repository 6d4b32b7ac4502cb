// What lists of the REST API cost with a large registry behind them, one client at a time, as three callers: an
// administrator, a stranger, and an account in 40 groups with 300 grants by pattern in 150 projects.
//
//   npm run bench:api                     a twentieth of the rows
//   npm run bench:api -- --part 1         10,000 projects, 1,000,000 artifacts, 10,000,000 events
//   npm run bench:api -- --engine sqlite  this engine only (sqlite, postgres)
//   npm run bench:api -- --out FILE       where the result goes; default: out/api.json
//
// Fails when a total is not what reading everything counts. The target of 50 ms is told, not enforced.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sizesOf } from './api/control-plane-rows.ts';
import type { Filled } from './api/fill-database.ts';
import { account, startFilled } from './api/filled-server.ts';
import { type Caller, type ListWorkload, listWorkloads } from './api/list-workloads.ts';
import { quantile } from './load/statistics.ts';
import { type ApiResult, type ApiRow, commandOf, machine, save } from './result.ts';
import { administrator } from './servers/berth.ts';
import type { Target } from './servers/target.ts';
import { apiTable } from './table.ts';

const rounds = 100;
/** A request that takes long is not asked for a hundred times. */
const mostMs = 5_000;
const targetMs = 50;

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: '20' },
    engine: { type: 'string', default: 'sqlite,postgres' },
    out: { type: 'string', default: 'out/api.json' },
  },
});

const authorizations: Readonly<Record<Caller, string | undefined>> = {
  administrator,
  anonymous: undefined,
  restricted: `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`,
};

function ask(target: Target, caller: Caller, path: string): Promise<Response> {
  const authorization = authorizations[caller];
  return fetch(`http://127.0.0.1:${target.ports[0]}${path}`, {
    headers: authorization === undefined ? {} : { authorization },
  });
}

async function times(target: Target, caller: Caller, path: string): Promise<readonly number[]> {
  const taken: number[] = [];
  const end = performance.now() + mostMs;
  while (taken.length < rounds && (taken.length < 3 || performance.now() < end)) {
    const begin = performance.now();
    const answer = await ask(target, caller, path);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} as ${caller}: ${answer.status}`);
    taken.push(performance.now() - begin);
  }
  return taken;
}

async function measure(
  engine: string,
  target: Target,
  db: Filled,
  { label, path, callers, recount, single, countedTo }: ListWorkload,
): Promise<ApiRow[]> {
  const rows: ApiRow[] = [];
  for (const caller of callers) {
    // Signs in, and fills the caches.
    const answer = await ask(target, caller, path);
    await answer.arrayBuffer();
    const total = Number(answer.headers.get('x-total-count') ?? Number.NaN);
    const expected = recount === undefined ? undefined : await db.count(recount(caller));
    const right = expected === undefined || total === Math.min(expected, countedTo ?? expected);
    if (!right) console.error(`${label} as ${caller} says ${total}, it is ${expected}`);
    const pages: readonly (readonly [string, string])[] =
      single === true
        ? [[label, path]]
        : [
            [`${label}, first page`, `${path}&page=1&page_size=10`],
            [`${label}, last page`, `${path}&page=${Math.max(1, Math.ceil(total / 10))}&page_size=10`],
          ];
    for (const [name, address] of pages) {
      const taken = await times(target, caller, address);
      const [p50, p99] = [quantile(taken, 0.5), quantile(taken, 0.99)];
      rows.push({
        label: name,
        caller,
        engine,
        p50,
        p99,
        ...(expected === undefined ? {} : { total, right }),
      });
      console.error(`${engine} ${caller} ${name}: ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    }
  }
  return rows;
}

async function run(engine: string, home: string): Promise<readonly ApiRow[]> {
  const { target, db, stop } = await startFilled(engine, home, Number(values.part));
  const rows: ApiRow[] = [];
  for (const workload of listWorkloads) rows.push(...(await measure(engine, target, db, workload)));
  await stop();
  return rows;
}

const on = machine();
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
// PostgreSQL runs as somebody else.
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const rows: ApiRow[] = [];
for (const engine of values.engine.split(',')) rows.push(...(await run(engine, join(folder, engine))));
const result: ApiResult = {
  command: commandOf('bench:api'),
  date: new Date().toISOString().slice(0, 10),
  machine: on,
  sizes: { ...sizesOf(Number(values.part)) },
  rows,
};
save(values.out, result);
console.log(apiTable(result, ['request', 'caller']));
const slow = rows.filter(({ p99 }) => !(p99 <= targetMs));
console.error(`${slow.length} of ${rows.length} take more than ${targetMs} ms`);
if (rows.some(({ right }) => right === false)) process.exitCode = 1;
