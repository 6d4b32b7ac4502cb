/** One system call of a process that `strace -f -y` watches. */
export interface SystemCall {
  readonly name: string;
  /** As printed; at the beginning of a call only what goes into it. */
  readonly args: readonly string[];
  /** -1 and below: it failed. Undefined: it has not come back. */
  readonly result: number | undefined;
}

/**
 * A call begins when the kernel has not done it yet, and ends when it has; what is between these two in the log of
 * another thread may have happened before it or behind it.
 */
export interface CallEvent {
  readonly at: 'begin' | 'end';
  readonly thread: string;
  readonly call: SystemCall;
}

const whole = /^(\d+) +([a-z_][a-z0-9_]*)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)(?:[ <].*)?$/;
const unfinished = /^(\d+) +([a-z_][a-z0-9_]*)\((.*?),? *<unfinished \.\.\.>(?:\) += \?)?$/;
const resumed = /^(\d+) +<\.\.\. ([a-z_][a-z0-9_]*) resumed>(.*)\) += (-?\d+|0x[0-9a-f]+|\?)(?:[ <].*)?$/;
const notes = /^\d+ +(?:---|\+\+\+) .*(?:---|\+\+\+)$/;

/**
 * The calls of a log of `strace -f -y -qq -o`, in the order in which they began and ended.
 * @throws Error for a line that it cannot read: what is left out would look like what did not happen
 */
export function parseStrace(text: string): CallEvent[] {
  const events: CallEvent[] = [];
  const open = new Map<string, { name: string; args: string }>();
  for (const line of text.split('\n')) {
    if (line === '' || notes.test(line)) continue;
    const cut = unfinished.exec(line);
    if (cut !== null) {
      const [, thread = '', name = '', args = ''] = cut;
      open.set(thread, { name, args });
      events.push({ at: 'begin', thread, call: callOf(name, args) });
      continue;
    }
    const rest = resumed.exec(line);
    if (rest !== null) {
      const [, thread = '', name = '', args = '', result = ''] = rest;
      const begun = open.get(thread);
      if (begun?.name !== name) throw new Error(`a call ends that did not begin: ${line}`);
      open.delete(thread);
      events.push({ at: 'end', thread, call: callOf(name, joined(begun.args, args), result) });
      continue;
    }
    const [found, thread = '', name = '', args = '', result = ''] = whole.exec(line) ?? [];
    if (found === undefined) throw new Error(`a line of strace that nobody can read: ${line}`);
    events.push(
      { at: 'begin', thread, call: callOf(name, args) },
      { at: 'end', thread, call: callOf(name, args, result) },
    );
  }
  return events;
}

/** The comma between both halves stands in the first, the second or neither. */
function joined(first: string, second: string): string {
  const rest = second.replace(/^[, ]+/, '');
  return first === '' || rest === '' ? first + rest : `${first}, ${rest}`;
}

function callOf(name: string, args: string, result?: string): SystemCall {
  const known = result === undefined || result === '?' ? undefined : Number(result);
  return { name, args: splitArgs(args), result: known };
}

const opening = new Set(['(', '[', '{']);
const closing = new Set([')', ']', '}']);

/** Splits at the commas that stand in no string, path or structure. */
export function splitArgs(text: string): string[] {
  const args: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '"') at = endOfString(text, at);
    else if (letter === '<') at = endOfPath(text, at);
    else if (opening.has(letter)) depth += 1;
    else if (closing.has(letter)) depth -= 1;
    else if (letter === ',' && depth === 0) {
      args.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === '' ? args : [...args, last];
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at;
  }
  return text.length;
}

/** `3</a/path>`, but not the `<<` of a shift. */
function endOfPath(text: string, from: number): number {
  const end = /^<[/\w][^>]*>/.exec(text.slice(from));
  return end === null ? from : from + end[0].length - 1;
}

/** What a descriptor is of, such as `/a/path` or `socket:[123]`; undefined for a file that has no name any more. */
export function descriptorTarget(arg: string | undefined): string | undefined {
  const [, target, deleted] = /^(?:AT_FDCWD|\d+)<(.*)>(\(deleted\))?$/.exec(arg ?? '') ?? [];
  return deleted === undefined ? target : undefined;
}

/** @throws Error for a path that strace has cut, or that is not absolute and has no folder to begin at */
export function pathArg(arg: string | undefined, folder?: string): string {
  const [, path, cut] = /^"((?:[^"\\]|\\.)*)"(\.\.\.)?$/.exec(arg ?? '') ?? [];
  if (path === undefined || cut !== undefined) throw new Error(`not a path: ${arg ?? ''}`);
  if (path.startsWith('/')) return path;
  const base = descriptorTarget(folder);
  if (base === undefined) throw new Error(`a relative path: ${path}`);
  return `${base}/${path}`;
}
