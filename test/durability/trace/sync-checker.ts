import { join } from 'node:path';
import { type CallEvent, descriptorTarget, type SystemCall } from './strace-log.ts';
import { type Effect, effectsOf, SyncModel } from './sync-model.ts';

/** What is wrong before an answer that promises something. */
export type ViolationKind =
  /** The content of a file is not on stable storage. */
  | 'content'
  /** A name in a folder is not. */
  | 'name'
  /** What was written to the database's log is not. */
  | 'log'
  /** Nothing was written to the log since the request came, or since a file got its name. */
  | 'unwritten'
  /** A file got its name before its content was on stable storage. */
  | 'order'
  /** The log was written before the storage had on stable storage what a row may speak of. */
  | 'early';

export interface Violation {
  readonly kind: ViolationKind;
  readonly path: string;
}

/** How often something succeeded since the answer before. */
export interface Work {
  logWrites: number;
  logSyncs: number;
  contentWrites: number;
  contentSyncs: number;
  renames: number;
  folderSyncs: number;
}

export interface CheckedAnswer {
  readonly method: string;
  /** As far as it was shown. */
  readonly target: string;
  readonly status: number;
  readonly promises: boolean;
  readonly work: Readonly<Work>;
  readonly violations: readonly Violation[];
}

export interface CheckedTrace {
  readonly answers: readonly CheckedAnswer[];
  /** What lies below the folder at the end of the trace, if it shows everything. */
  readonly paths: readonly string[];
}

export interface Rules {
  /** The folder that was empty when the trace began. */
  readonly folder: string;
  readonly data: string;
  readonly storage: string;
  /** Where rows are: PostgreSQL's log is its own, and what is followed is when a COMMIT is sent and answered. */
  readonly database: 'sqlite' | 'postgres';
  readonly promises: (request: { method: string; target: string; status: number }) => boolean;
}

interface Request {
  readonly method: string;
  readonly target: string;
  logWritten: boolean;
}

/**
 * Reads a trace of the server and says for each of its answers what was not on stable storage although it had to be.
 * One request at a time must have been under way: what is unsynced at an answer is then its own.
 */
export function checkTrace(events: readonly CallEvent[], rules: Rules): CheckedTrace {
  const checker = new SyncChecker(rules);
  for (const event of events) checker.take(event);
  return checker.result();
}

class SyncChecker {
  readonly #answers: CheckedAnswer[] = [];
  readonly #rules: Rules;
  readonly #places: Places;
  readonly #model = new SyncModel();
  readonly #underWay = new Map<string, { begun: number; effects: readonly Effect[] }>();
  readonly #requests = new Map<string, Request>();
  #order: Violation[] = [];
  #work = noWork();
  #position = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
    this.#places = new Places(rules);
  }

  result(): CheckedTrace {
    const paths = this.#model.paths().filter((path) => !isConnection(path));
    return { answers: this.#answers, paths };
  }

  take({ at, call, thread }: CallEvent): void {
    this.#position += 1;
    if (at === 'begin') {
      const files = effectsOf(call).filter(({ path }) => this.#places.has(path));
      const effects = [...files, ...commitSent(call)];
      this.#underWay.set(thread, { begun: this.#position, effects });
      const answer = answerOf(call);
      if (answer !== undefined) this.#answered(answer);
      return;
    }
    const begun = this.#underWay.get(thread);
    this.#underWay.delete(thread);
    if (begun === undefined || (call.result ?? -1) < 0) return;
    // What was read is known at the end only.
    for (const effect of [...begun.effects, ...commitAnswered(call)]) this.#done(effect, begun.begun);
    const request = requestOf(call);
    if (request !== undefined) this.#requests.set(request.socket, { ...request, logWritten: false });
  }

  #done(effect: Effect, begun: number): void {
    this.#judgeOrder(effect);
    this.#model.apply(effect, { begun, ended: this.#position });
    this.#count(effect);
  }

  #judgeOrder(effect: Effect): void {
    const { kind, path } = effect;
    const place = this.#places.of(path);
    if (kind === 'write' && place === 'log') {
      this.#order.push(
        ...this.#unsynced()
          .filter((violation) => this.#places.isStored(violation.path))
          .map((violation): Violation => ({ kind: 'early', path: violation.path })),
      );
    }
    if (kind !== 'rename' || place !== 'kept') return;
    if (this.#model.hasUnsyncedContent(effect.from)) this.#order.push({ kind: 'order', path });
    for (const request of this.#requests.values()) request.logWritten = false;
  }

  #count({ kind, path }: Effect): void {
    const work = this.#work;
    const place = this.#places.of(path);
    if (kind === 'rename') work.renames += 1;
    else if (kind === 'write' && place === 'log') {
      work.logWrites += 1;
      for (const request of this.#requests.values()) request.logWritten = true;
    } else if (kind === 'write' && (place === 'kept' || place === 'staged')) work.contentWrites += 1;
    else if (kind === 'sync') {
      if (place === 'log') work.logSyncs += 1;
      else if (this.#model.isFolder(path)) work.folderSyncs += 1;
      else if (place === 'kept' || place === 'staged') work.contentSyncs += 1;
    }
  }

  #answered({ socket, status }: { socket: string; status: number }): void {
    const request = this.#requests.get(socket);
    if (request === undefined) throw new Error(`an answer ${status} without a request on ${socket}`);
    this.#requests.delete(socket);
    const { method, target } = request;
    const promises = this.#rules.promises({ method, target, status });
    const unwritten: Violation[] = request.logWritten ? [] : [{ kind: 'unwritten', path: this.#places.log }];
    const violations = promises ? distinct([...this.#order, ...unwritten, ...this.#unsynced()]) : [];
    if (promises) this.#order = [];
    this.#answers.push({ method, target, status, promises, work: this.#work, violations });
    this.#work = noWork();
  }

  #unsynced(): Violation[] {
    const changing = [...this.#underWay.values()]
      .flatMap(({ effects }) => effects)
      .filter(({ kind }) => kind !== 'sync')
      .map(({ path }) => path);
    const contents = [...this.#model.unsyncedContents(), ...changing].flatMap((path): Violation[] => {
      const place = this.#places.of(path);
      if (place === 'log') return [{ kind: 'log', path }];
      return place === 'kept' ? [{ kind: 'content', path }] : [];
    });
    const names = this.#model
      .unsyncedNames()
      .filter((path) => this.#places.keepsName(path))
      .map((path): Violation => ({ kind: 'name', path }));
    return [...contents, ...names];
  }
}

/**
 * `kept`: has to be on stable storage. `staged`: what an upload has so far; no answer promises that it stays. `free`: the
 * database file, which SQLite syncs before it forgets the log, and what is made anew at each start.
 */
type Place = 'kept' | 'log' | 'staged' | 'free';

class Places {
  readonly #folder: string;
  readonly log: string;
  readonly #storage: string;
  readonly #staging: string;
  readonly #freeContents: ReadonlySet<string>;
  readonly #freeNames: ReadonlySet<string>;

  constructor({ folder, data, storage, database }: Rules) {
    this.#folder = `${folder}/`;
    this.log = database === 'sqlite' ? join(data, 'berth.db-wal') : connections;
    this.#storage = `${storage}/`;
    this.#staging = `${join(storage, 'berth', 'staging')}/`;
    const lock = [join(data, 'lock.db'), join(data, 'lock.db-journal')];
    const shared = join(data, 'berth.db-shm');
    this.#freeContents = new Set([join(data, 'berth.db'), shared, ...lock]);
    this.#freeNames = new Set([shared, ...lock]);
  }

  has(path: string): boolean {
    return `${path}/`.startsWith(this.#folder);
  }

  of(path: string): Place {
    if (path === this.log || isConnection(path)) return 'log';
    if (path.startsWith(this.#staging)) return 'staged';
    return this.#freeContents.has(path) ? 'free' : 'kept';
  }

  isStored(path: string): boolean {
    return path.startsWith(this.#storage);
  }

  keepsName(path: string): boolean {
    return !path.startsWith(this.#staging) && !this.#freeNames.has(path);
  }
}

/** A connection to PostgreSQL, as if it were a log: a COMMIT that is sent is a write, its answer the sync. */
const connections = '/postgres/';

function isConnection(path: string): boolean {
  return path.startsWith(connections);
}

/** As `pg` sends it: a message of its own in the simple protocol. */
function commitSent(call: SystemCall): readonly Effect[] {
  const socket = sendingCalls.includes(call.name) ? socketOf(call) : undefined;
  const isCommit = /^(?:\[\{iov_base=)?"Q\\0\\0\\0\\vcommit\\0"/.test(call.args[1] ?? '');
  return socket !== undefined && isCommit ? [{ kind: 'write', path: `${connections}${socket}` }] : [];
}

function commitAnswered(call: SystemCall): readonly Effect[] {
  const socket = receivingCalls.includes(call.name) ? socketOf(call) : undefined;
  const isAnswer = call.args[1]?.startsWith('"C\\0\\0\\0\\vCOMMIT\\0') === true;
  return socket !== undefined && isAnswer ? [{ kind: 'sync', path: `${connections}${socket}` }] : [];
}

function distinct(violations: readonly Violation[]): Violation[] {
  return [...new Map(violations.map((each) => [`${each.kind} ${each.path}`, each])).values()];
}

function noWork(): Work {
  return { logWrites: 0, logSyncs: 0, contentWrites: 0, contentSyncs: 0, renames: 0, folderSyncs: 0 };
}

export const sendingCalls: readonly string[] = ['write', 'writev', 'sendto', 'sendmsg'];
export const receivingCalls: readonly string[] = ['read', 'recvfrom', 'recvmsg', 'readv'];

function socketOf(call: SystemCall): string | undefined {
  const target = descriptorTarget(call.args[0]);
  return target?.startsWith('socket:') === true ? target : undefined;
}

/** Answers of the hundreds come before the true one. */
function answerOf(call: SystemCall): { socket: string; status: number } | undefined {
  const socket = sendingCalls.includes(call.name) ? socketOf(call) : undefined;
  const found = /^(?:\[\{iov_base=)?"HTTP\/1\.1 ([2-5]\d\d) /.exec(call.args[1] ?? '');
  return socket === undefined || found === null ? undefined : { socket, status: Number(found[1]) };
}

function requestOf(call: SystemCall): { socket: string; method: string; target: string } | undefined {
  const socket = receivingCalls.includes(call.name) ? socketOf(call) : undefined;
  const [, method, target] = /^"(GET|HEAD|POST|PUT|PATCH|DELETE) ([^ "]+)/.exec(call.args[1] ?? '') ?? [];
  if (socket === undefined || method === undefined || target === undefined) return undefined;
  return { socket, method, target };
}
