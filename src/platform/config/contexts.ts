import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A server that somebody signed in to. */
export interface Context {
  readonly server: string;
  readonly user: string;
  /** A personal token, from servers that have them. */
  readonly token?: string | undefined;
  /** In place of a token: of robots, of servers without tokens, and of contexts from before there were any. */
  readonly password?: string | undefined;
  /** Authorities of its certificate, PEM. */
  readonly ca?: string | undefined;
}

export interface Contexts {
  readonly current?: string | undefined;
  readonly contexts: Readonly<Record<string, Context>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** XDG Base Directory Specification: only an absolute path counts. */
export function contextsPath(env: Environment): string {
  const given = env['XDG_CONFIG_HOME'];
  const folder = given?.startsWith('/') === true ? given : join(env['HOME'] ?? homedir(), '.config');
  return join(folder, 'berth', 'contexts.json');
}

export function readContexts(env: Environment): Contexts {
  try {
    return JSON.parse(readFileSync(contextsPath(env), 'utf8')) as Contexts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw error;
  }
}

/** Whole or not at all; secrets are in it, so nobody else may read it at any moment. */
export function writeContexts(env: Environment, contexts: Contexts): void {
  const path = contextsPath(env);
  const staged = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(staged, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(staged, path);
  } finally {
    rmSync(staged, { force: true });
  }
}
