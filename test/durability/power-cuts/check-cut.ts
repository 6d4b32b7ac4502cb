import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { imageOf } from '../../harness/image.ts';
import type { RegistryClient } from '../../harness/registry-client.ts';
import { BerthServer, NotStarted } from '../../harness/start-server.ts';

/** What an address has to stand for: one of these contents; undefined: nothing. */
export interface Expectation {
  readonly address: string;
  readonly allowed: readonly (Buffer | undefined)[];
}

export interface Finding {
  /** Answers that were compared. */
  readonly compared: number;
  /** Files that the database knows nothing of, which is what a cut may leave. */
  readonly strays: number;
  /** Acknowledged, and not there any more, or there again. */
  readonly lost: readonly string[];
  /** Everything else that must not be: no start, a broken database, a blob without its file. */
  readonly corrupt: readonly string[];
}

const atOnce = 8;

/** Starts the server on what a cut left and compares everything that it ever acknowledged. */
export async function checkCut(
  folder: string,
  expectations: readonly Expectation[],
  goOn: boolean,
): Promise<Finding> {
  let server: BerthServer;
  try {
    server = await BerthServer.start({ folder });
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    return { compared: 0, strays: 0, lost: [], corrupt: [error.message] };
  }
  const lost: string[] = [];
  const corrupt: string[] = [];
  let strays = 0;
  try {
    lost.push(...(await compare(server.client(null), expectations)));
    const report = await verifyStorage(server.data);
    strays = report.strays;
    if (report.damaged.length > 0) corrupt.push(`verify storage: ${JSON.stringify(report)}`);
    if (goOn) corrupt.push(...(await workOn(server)));
    const errors = server.log.filter(({ level }) => level === 'error');
    if (errors.length > 0) corrupt.push(`log: ${JSON.stringify(errors)}`);
  } finally {
    await server[Symbol.asyncDispose]();
  }
  corrupt.push(...examine(join(server.data, 'berth.db')));
  return { compared: expectations.length, strays, lost, corrupt };
}

async function compare(client: RegistryClient, expectations: readonly Expectation[]): Promise<string[]> {
  const rest = expectations.values();
  const problems: string[] = [];
  const worker = async (): Promise<void> => {
    for (const { address, allowed } of rest) {
      const { status, body } = await client.get(address);
      const found = status === 404 ? undefined : body;
      const known = (status === 404 || status === 200) && allowed.some((one) => same(one, found));
      if (!known) problems.push(`${address}: ${status}, ${body.length} bytes`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return problems;
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

/** The registry takes new images as if nothing had happened. */
async function workOn(server: BerthServer): Promise<string[]> {
  const client = server.client();
  const image = imageOf({ seed: 'after the cut', layers: [3000, 20_000] });
  try {
    await client.pushImage('library/app', 'after-the-cut', image);
    await client.pullImage('library/app', 'after-the-cut', image);
    return [];
  } catch (error) {
    return [`a new push: ${String(error)}`];
  }
}

interface StorageReport {
  readonly strays: number;
  readonly damaged: readonly object[];
}

/** What `berth verify storage --hash 100%` asks for, without the time that a command takes to start. */
function verifyStorage(data: string): Promise<StorageReport> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const socketPath = join(data, 'run', 'admin.sock');
    const asked = request({ socketPath, method: 'POST', path: '/verify/storage', headers });
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => {
        const last = text.trim().split('\n').at(-1) ?? '';
        const { result } = JSON.parse(last) as { readonly result?: StorageReport };
        if (result === undefined) reject(new Error(`verify storage: ${text}`));
        else resolve(result);
      });
    });
    asked.end(JSON.stringify({ hashShare: '1' }));
  });
}

function examine(path: string): string[] {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    const whole = db.prepare('pragma integrity_check').all();
    const dangling = db.prepare('pragma foreign_key_check').all();
    return [
      ...(JSON.stringify(whole) === '[{"integrity_check":"ok"}]'
        ? []
        : [`integrity: ${JSON.stringify(whole)}`]),
      ...(dangling.length === 0 ? [] : [`foreign keys: ${JSON.stringify(dangling)}`]),
    ];
  } catch (error) {
    return [`the database cannot be read: ${String(error)}`];
  } finally {
    db.close();
  }
}
