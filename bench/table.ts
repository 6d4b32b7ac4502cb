// Result files → Markdown.

import type { ApiResult, ConsoleResult, GrowthResult, GrowthRow, Result, Row } from './result.ts';

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** More than 1 is better. */
export function ratioOf(row: Row, base: Row): number {
  return row.lessIsBetter === true ? base.value / row.value : row.value / base.value;
}

function cell(row: Row | undefined, base: Row | undefined): string {
  if (row === undefined) return '–';
  const cpu = row.cpu === undefined ? '' : ` (${figure(row.cpu)})`;
  const ratio = base === undefined || base === row ? '' : ` **×${figure(ratioOf(row, base))}**`;
  return `${figure(row.value)}${ratio}${cpu}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** One line for each workload; ratios to the first target, CPU time for a unit in brackets. */
export function rowsTable(rows: readonly Row[], head: readonly [string, string]): string {
  const names = [...new Set(rows.map((row) => row.target))];
  const workloads = Map.groupBy(rows, ({ id, label }) => `${id} ${label}`);
  const lines = [...workloads].map(([name, group]) => {
    const [any] = group;
    const base = group.find((row) => row.target === names[0]);
    const unit = any?.cpuUnit === undefined ? any?.unit : `${any.unit} (${any.cpuUnit})`;
    return line([
      name,
      unit ?? '',
      ...names.map((target) =>
        cell(
          group.find((row) => row.target === target),
          base,
        ),
      ),
    ]);
  });
  return [line([...head, ...names]), line([...head, ...names].map(() => '---')), ...lines].join('\n');
}

export function startsTable(result: Result, head: readonly string[]): string {
  const lines = result.starts.map(({ target, startMs, idleMiB, cpuMs }) => {
    const peak = result.peakMiB[target];
    return line([
      target,
      figure(startMs),
      figure(cpuMs),
      figure(idleMiB),
      peak === undefined ? '–' : figure(peak),
    ]);
  });
  return [line(head), line(head.map(() => '---')), ...lines].join('\n');
}

/** Sign-in rows have targets of their own. */
export function split(rows: readonly Row[]): {
  readonly peers: readonly Row[];
  readonly signIn: readonly Row[];
} {
  const isSignIn = (row: Row): boolean => row.id.startsWith('A ');
  return { peers: rows.filter((row) => !isSignIn(row)), signIn: rows.filter(isSignIn) };
}

/** CPU time of a request with each size, and how many times the first one the largest is. */
export function growthTable(result: GrowthResult, head: readonly string[]): string {
  const { sizes, rows } = result;
  const titles = [...head, ...sizes.map((size) => size.toLocaleString('en')), '×'];
  const lines = [...Map.groupBy(rows, (row) => row.label)].map(([label, group]) =>
    line([label, group[0]?.cpuUnit ?? '', ...group.map((row) => figure(row.cpu)), figure(growthOf(group))]),
  );
  return [line(titles), line(titles.map(() => '---')), ...lines].join('\n');
}

export function worstGrowth({ rows }: GrowthResult): number {
  return Math.max(...[...Map.groupBy(rows, (row) => row.label).values()].map(growthOf));
}

function growthOf(group: readonly GrowthRow[]): number {
  return Math.max(...group.map((row) => row.cpu)) / (group[0]?.cpu ?? Number.NaN);
}

/** One line for each request of a caller: the middle and the 99th of a hundred times, in milliseconds. */
export function apiTable(result: ApiResult, head: readonly string[]): string {
  const engines = [...new Set(result.rows.map(({ engine }) => engine))];
  const titles = [...head, ...engines.flatMap((engine) => [`${engine}, p50 ms`, `${engine}, p99 ms`])];
  const lines = [...Map.groupBy(result.rows, ({ label, caller }) => `${label} | ${caller}`)].map(
    ([name, group]) =>
      line([
        name,
        ...engines.flatMap((engine) => {
          const row = group.find((each) => each.engine === engine);
          return row === undefined ? ['–', '–'] : [figure(row.p50), figure(row.p99)];
        }),
      ]),
  );
  return [line(titles), line(titles.map(() => '---')), ...lines].join('\n');
}

/** One line for each page: the middle of the times, and between which they were, in milliseconds. */
export function consoleTable({ rows }: ConsoleResult, head: readonly string[]): string {
  const forms = [...new Set(rows.map(({ form }) => form))];
  const titles = [...head, ...forms.map((form) => `${form}, ms`)];
  const lines = [...Map.groupBy(rows, ({ page }) => page)].map(([page, group]) =>
    line([
      page,
      ...forms.map((form) => {
        const row = group.find((each) => each.form === form);
        if (row === undefined) return '–';
        const [middle, least, most] = [row.medianMs, row.leastMs, row.mostMs].map((ms) =>
          Math.round(ms).toLocaleString('en'),
        );
        return `${middle} (${least}–${most})`;
      }),
    ]),
  );
  return [line(titles), line(titles.map(() => '---')), ...lines].join('\n');
}
