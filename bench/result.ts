import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Start } from './workloads/starts.ts';
import type { Sample } from './workloads/workload.ts';

export interface Row extends Sample {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly cpuUnit?: string;
  readonly lessIsBetter?: true;
  readonly target: string;
}

export interface Result {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly starts: readonly Start[];
  /** The most memory that each server held over all workloads. */
  readonly peakMiB: Readonly<Record<string, number>>;
}

export interface InstancesResult {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

export interface GrowthRow {
  readonly label: string;
  /** How many tags and manifests the database holds. */
  readonly size: number;
  readonly value: number;
  readonly cpu: number;
  readonly cpuUnit: string;
}

export interface GrowthResult {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly sizes: readonly number[];
  readonly rows: readonly GrowthRow[];
}

export interface ApiRow {
  readonly label: string;
  readonly caller: string;
  readonly engine: string;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** `X-Total-Count`, and whether reading everything counts the same. */
  readonly total?: number;
  readonly right?: boolean;
}

export interface ApiResult {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly rows: readonly ApiRow[];
}

export interface ConsoleRow {
  readonly page: string;
  /** How the browser was slowed down. */
  readonly form: string;
  readonly medianMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly requests: number;
}

export interface ConsoleResult {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly rows: readonly ConsoleRow[];
}

/** As the user typed it. */
export function commandOf(script: string): string {
  const args = process.argv.slice(2);
  return `npm run ${script}${args.length === 0 ? '' : ` -- ${args.join(' ')}`}`;
}

/** To be asked for before the load begins: it says, too, whether others were busy. */
export function machine(): string {
  const processors = cpus();
  const gib = Math.round(totalmem() / 1024 ** 3);
  const disk = execFileSync('df', ['--output=fstype', '.'], { encoding: 'utf8' }).trim().split('\n').at(-1);
  return `${processors.length} cores (${processors[0]?.model ?? '?'}), ${gib} GiB, ${disk}, Linux ${release()}, Node ${process.versions.node}, load before ${loadavg()[0]?.toFixed(1)}`;
}

export function save(path: string, result: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
}

export function load<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
