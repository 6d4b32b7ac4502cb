// Puts the tables of out/bench.json, out/instances.json, out/growth.json and out/api.json into docs/{en,zh}/performance.md, between the marks.
//
//   npm run bench:docs

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ApiResult, GrowthResult, InstancesResult, Result } from './result.ts';
import { load } from './result.ts';
import { apiTable, growthTable, rowsTable, split, startsTable } from './table.ts';

const repository = resolve(import.meta.dirname, '..');

const words = {
  en: {
    workload: ['workload', 'unit (CPU)'],
    starts: ['server', 'start, ms', 'CPU of the start, ms', 'idle, MiB', 'most, MiB'],
    growth: ['request', 'CPU'],
    api: ['request', 'caller'],
    from: (by: string, date: string, machine: string) => `\`${by}\`, ${date}: ${machine}.`,
  },
  zh: {
    workload: ['工作负载', '单位（CPU）'],
    starts: ['服务器', '启动（毫秒）', '启动的 CPU（毫秒）', '空闲内存（MiB）', '最大内存（MiB）'],
    growth: ['请求', 'CPU'],
    api: ['请求', '调用者'],
    from: (by: string, date: string, machine: string) => `\`${by}\`，${date}：${machine}。`,
  },
} as const;

type Language = keyof typeof words;

/** Replaces what is between `<!-- name -->` and `<!-- /name -->`. */
function fill(page: string, name: string, content: string): string {
  const marks = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  if (!marks.test(page)) throw new Error(`the page has no place for "${name}"`);
  return page.replace(marks, (_whole, begin: string, end: string) => `${begin}${content}\n${end}`);
}

function versionsOf({ versions }: Pick<Result, 'versions'>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

function withResult(page: string, language: Language, result: Result): string {
  const text = words[language];
  const { peers, signIn } = split(result.rows);
  const head = text.from(result.command, result.date, `${result.machine}; ${versionsOf(result)}`);
  return [
    ['peers', `${head}\n\n${rowsTable(peers, text.workload)}`],
    ['sign-in', rowsTable(signIn, text.workload)],
    ['starts', startsTable(result, text.starts)],
  ].reduce((filled, [name = '', content = '']) => fill(filled, name, content), page);
}

function withInstances(page: string, language: Language, result: InstancesResult): string {
  const text = words[language];
  const head = text.from(result.command, result.date, `${result.machine}; ${versionsOf(result)}`);
  return fill(page, 'instances', `${head}\n\n${rowsTable(result.rows, text.workload)}`);
}

function withGrowth(page: string, language: Language, growth: GrowthResult): string {
  const text = words[language];
  const head = text.from(growth.command, growth.date, growth.machine);
  return fill(page, 'growth', `${head}\n\n${growthTable(growth, text.growth)}`);
}

function withApi(page: string, language: Language, api: ApiResult): string {
  const text = words[language];
  const head = text.from(api.command, api.date, api.machine);
  return fill(page, 'api', `${head}\n\n${apiTable(api, text.api)}`);
}

for (const language of ['en', 'zh'] as const) {
  const path = join(repository, 'docs', language, 'performance.md');
  let page = readFileSync(path, 'utf8');
  const [result, instances, growth, api] = ['bench', 'instances', 'growth', 'api'].map((name) =>
    join(repository, `out/${name}.json`),
  );
  if (result !== undefined && existsSync(result)) page = withResult(page, language, load<Result>(result));
  if (instances !== undefined && existsSync(instances))
    page = withInstances(page, language, load<InstancesResult>(instances));
  if (growth !== undefined && existsSync(growth))
    page = withGrowth(page, language, load<GrowthResult>(growth));
  if (api !== undefined && existsSync(api)) page = withApi(page, language, load<ApiResult>(api));
  writeFileSync(path, page);
}
