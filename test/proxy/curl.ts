import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { name } from './nginx.ts';

/** The client's address: another one than that from which nginx connects to the instances. */
export const clientsAddress = '127.0.0.9';

export type HttpVersion = '1.1' | '2';

export interface CurlAnswer {
  readonly version: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A proxy in front of instances. */
export interface Front {
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  /** File of the certificate. */
  readonly ca: string;
}

/** One request by curl, from `clientsAddress`, to the proxy under its name; a path goes to the port of HTTPS. */
export async function curl(
  front: Front,
  version: HttpVersion,
  address: string,
  ...args: readonly string[]
): Promise<CurlAnswer> {
  requireProgram('curl', 'curl');
  const output = join(front.folder, `curl-${process.hrtime.bigint()}`);
  const resolve = [front.port, front.plainPort].flatMap((port) => ['--resolve', `${name}:${port}:127.0.0.1`]);
  const files = ['--cacert', front.ca, '--dump-header', '-', '--output', output];
  const always = ['--silent', '--show-error', `--http${version}`, '--interface', clientsAddress];
  const url = address.startsWith('/') ? `https://${name}:${front.port}${address}` : address;
  const { code, stdout, text } = await runProgram('curl', [...always, ...files, ...resolve, ...args, url], {
    cwd: front.folder,
    limitMs: 600_000,
  });
  assert.equal(code, 0, text);
  // Interim answers, such as 100, come first.
  const [status = '', ...fields] = stdout.trim().split('\r\n\r\n').at(-1)?.split('\r\n') ?? [];
  const pairs = fields.map((field) => [
    field.slice(0, field.indexOf(':')),
    field.slice(field.indexOf(':') + 1),
  ]);
  const [spoken = '', number = ''] = status.split(' ');
  const body = args.includes('--head') ? Buffer.alloc(0) : readFileSync(output, { flag: 'a+' });
  const headers = new Headers(pairs as [string, string][]);
  return { version: spoken.replace('HTTP/', ''), status: Number(number), headers, body };
}

export const asAdmin = ['--user', `admin:${password}`];
