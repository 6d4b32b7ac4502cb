import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import type { FileOps } from '../../platform/files/file-ops.ts';
import { readFileWhole } from '../../platform/files/write-file-durably.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { grantsOfUser } from '../grants/grant-reads.ts';
import { anonymousId } from '../principal.ts';
import { parseHtpasswd } from './parse-htpasswd.ts';
import { type EverywhereRole, putSystemRole } from './put-system-role.ts';
import { syncHtpasswd } from './sync-htpasswd.ts';

/** Who may do what in a server that was started with the configuration of Docker's registry. */
export interface RegistryAccess {
  /** Undefined: everybody, without signing in. */
  readonly htpasswd: string | undefined;
  /** Who may push may also delete. */
  readonly deletes: boolean;
}

export interface HouseRulesDeps {
  readonly db: Database;
  readonly files: FileOps;
  readonly passwords: Pick<Passwords, 'resemble'>;
  readonly log: Logger;
  /** Shorter in tests. */
  readonly lookEveryMs?: number;
}

const defaultLookEveryMs = 5000;

/**
 * Brings the database to what the configuration says: everybody may push, or those in a file, or, where it was started
 * without such a configuration, nobody by that. The file is looked at again and again.
 */
export class HouseRules implements Disposable {
  readonly #deps: HouseRulesDeps;
  readonly #path: string;
  readonly #role: EverywhereRole;
  #timer: NodeJS.Timeout | undefined;
  #last: string | undefined;
  #looking = false;
  #failing = false;

  private constructor(deps: HouseRulesDeps, path: string, role: EverywhereRole) {
    this.#deps = deps;
    this.#path = path;
    this.#role = role;
  }

  /** @param access undefined: Berth's own accounts and roles only */
  static async start(
    deps: HouseRulesDeps,
    access: RegistryAccess | undefined,
  ): Promise<HouseRules | undefined> {
    const role = access?.deletes === true ? 'maintainer' : 'developer';
    const open = access !== undefined && access.htpasswd === undefined;
    await setAnonymous(deps.db, open ? role : undefined);
    if (access?.htpasswd === undefined) return undefined;
    const rules = new HouseRules(deps, access.htpasswd, role);
    await rules.#look();
    rules.#timer = setInterval(() => void rules.#look(), deps.lookEveryMs ?? defaultLookEveryMs).unref();
    return rules;
  }

  /** Never rejects: what was read last goes on to count. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#sync();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.#deps.log.error({ error, file: this.#path }, 'the file of passwords was not taken over');
      this.#failing = true;
    } finally {
      this.#looking = false;
    }
  }

  async #sync(): Promise<void> {
    const { db, files, log, passwords } = this.#deps;
    const text = (await readFileWhole(files, this.#path))?.toString('utf8');
    if (text === undefined) throw Object.assign(new Error('there is no such file'), { code: 'ENOENT' });
    if (text === this.#last) return;
    const { entries, skipped } = parseHtpasswd(text);
    const left = await syncHtpasswd({ db }, entries, this.#role);
    this.#last = text;
    const [hash] = entries.values();
    if (hash !== undefined) passwords.resemble(hash);
    log.info(
      { file: this.#path, accounts: entries.size - left.length },
      'the file of passwords was taken over',
    );
    if (skipped.length > 0)
      log.warn(
        { lines: skipped },
        'lines of the file of passwords give nobody access: only bcrypt counts (htpasswd -B)',
      );
    if (left.length > 0)
      log.warn(
        { names: left },
        'names of the file of passwords are those of accounts that Berth has: theirs counts',
      );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Undefined, or what to say about a server in which everybody may push. */
export function openProblem(access: RegistryAccess | undefined): string | undefined {
  return access === undefined || access.htpasswd !== undefined
    ? undefined
    : 'everybody may push and pull without signing in, because the configuration has no auth section';
}

async function setAnonymous(db: Database, role: EverywhereRole | undefined): Promise<void> {
  const held = (await grantsOfUser(db.reader, anonymousId)).map((grant) => grant.role);
  if (held.length === (role === undefined ? 0 : 1) && (role === undefined || held.includes(role))) return;
  const now = await db.now();
  await db.transaction((tx) => putSystemRole(tx, { userId: anonymousId, role, now }));
}
