import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import pg from 'pg';
import type { PostgresAddress, PostgresHost, PostgresTls } from '../../../lib/postgres-url.ts';
import { StartProblem } from '../../../lib/start-problem.ts';

/** For one host; with several, each of them that hangs is waited for before the next. */
const connectMs = { alone: 10_000, among: 3_000 };
/** Before the system asks whether a silent server is still there. */
const keepAliveMs = 30_000;
const int8 = 20;
/** Sent where the server wants a password and none was given: else the driver would look for one in its user's home. */
export const noPassword = 'none was given';

const types = { getTypeParser: pg.types.getTypeParser.bind(pg.types) };

/** int8 as a number: ids and sizes stay below 2^53, and the driver's default would be a string. */
function getTypeParser(id: number, format?: 'text' | 'binary'): unknown {
  return id === int8 ? Number : types.getTypeParser(id, format);
}

/**
 * What the driver is told of each host of an address, in their order.
 * @throws StartProblem configInvalid: a file of the address cannot be read
 */
export async function clientConfigs(address: PostgresAddress): Promise<pg.ClientConfig[]> {
  const { hosts, user, password, database, connectSeconds, applicationName } = address;
  const ssl = await sslOf(address.tls);
  const wait = hosts.length === 1 ? connectMs.alone : connectMs.among;
  return hosts.map((host) => ({
    ...host,
    // The driver takes what is undefined from variables of its own.
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
    password: password?.reveal() ?? noPassword,
    ssl: isSocket(host) ? false : ssl,
    application_name: applicationName,
    connectionTimeoutMillis: connectSeconds === undefined ? wait : connectSeconds * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    types: { getTypeParser },
  }));
}

/** libpq, too, leaves encryption out on the way to a socket of the same machine. */
function isSocket({ host }: PostgresHost): boolean {
  return host.startsWith('/');
}

async function sslOf({ mode, rootCert, cert, key }: PostgresTls): Promise<pg.ClientConfig['ssl']> {
  if (mode === 'disable') return false;
  const own =
    cert === undefined || key === undefined
      ? {}
      : { cert: await fileOf('sslcert', cert), key: await fileOf('sslkey', key) };
  if (mode === 'require' || rootCert === undefined) return { ...own, rejectUnauthorized: false };
  const ca = rootCert === 'system' ? getCACertificates('system') : await fileOf('sslrootcert', rootCert);
  // "verify-ca" asks who signed, not whose it is.
  const identity = mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined };
  return { ...own, ca, rejectUnauthorized: true, ...identity };
}

async function fileOf(parameter: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const en = `database_url: the file of ${parameter}, ${path}, cannot be read`;
    throw new StartProblem(
      'configInvalid',
      { en, zh: `database_url：无法读取 ${parameter} 的文件 ${path}` },
      { cause },
    );
  }
}
