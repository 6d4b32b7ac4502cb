import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Target } from '../servers/target.ts';
import type { Sample } from '../workloads/workload.ts';
import { meter, type Work } from './meter.ts';
import { RawClient } from './raw-client.ts';

export interface RequestLoad {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  readonly authorization: string | undefined;
  /** Default: 200. */
  readonly status?: number;
}

/** What Docker and containerd send; without it older servers answer 404 for OCI types. */
export const accept =
  'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';

/** One request again and again. */
export function requestLoad(target: Target, load: RequestLoad): Promise<Sample> {
  // wrk waits for a body after HEAD.
  return load.method === 'GET' ? withWrk(target, load) : meter(target, () => withRawClients(target, load));
}

async function withWrk(target: Target, load: RequestLoad): Promise<Sample> {
  let outputs: readonly string[] = [];
  const sample = await meter(target, async () => {
    outputs = await Promise.all(shares(target, load).map((share) => wrk(load, share)));
    return perRequest(sum(outputs.map((output) => Number(/(\d+) requests in/.exec(output)?.[1] ?? 0))), []);
  });
  for (const output of outputs)
    if (/Non-2xx|Socket errors/.test(output)) throw new Error(`${target.name}: GET ${load.path}: ${output}`);
  return {
    ...sample,
    value: sum(outputs.map((output) => Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]))),
    p50: Math.max(...outputs.map((output) => latencyMs(output, 50))),
    p99: Math.max(...outputs.map((output) => latencyMs(output, 99))),
  };
}

interface Share {
  readonly port: number;
  readonly connections: number;
}

/** Of each instance: wrk knows one address. */
function shares({ ports }: Target, { connections }: RequestLoad): readonly Share[] {
  return ports
    .map((port, index) => ({
      port,
      connections: Math.floor((connections + ports.length - 1 - index) / ports.length),
    }))
    .filter((share) => share.connections > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

async function wrk(load: RequestLoad, { port, connections }: Share): Promise<string> {
  const credentials = load.authorization === undefined ? [] : ['-H', `Authorization: ${load.authorization}`];
  const measured = ['-t1', `-c${connections}`, `-d${load.seconds}s`, '--latency', '--timeout', '20s'];
  const request = ['-H', `Accept: ${accept}`, ...credentials, `http://127.0.0.1:${port}${load.path}`];
  const child = spawn('wrk', [...measured, ...request], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output;
}

function latencyMs(output: string, percent: number): number {
  const [, figure = '', unit = ''] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? [];
  return Number(figure) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}

async function withRawClients(target: Target, load: RequestLoad): Promise<Work> {
  const until = performance.now() + load.seconds * 1000;
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const client = new RawClient(target, load.authorization);
      while (performance.now() < until) {
        const begin = performance.now();
        await client.expect(load.status ?? 200, load.method, load.path, `Accept: ${accept}\r\n`);
        latenciesMs.push(performance.now() - begin);
      }
      client.close();
    }),
  );
  return perRequest(latenciesMs.length, latenciesMs);
}

function perRequest(count: number, latenciesMs: readonly number[]): Work {
  return { done: count, cpuPer: { amount: count, unitsPerSecond: 1e6 }, latenciesMs };
}
