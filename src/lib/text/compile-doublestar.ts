/**
 * Patterns as Go's doublestar v1 has them, which Harbor's rules are written in: `*` and `?` within a part of a path,
 * `**` as a whole part for any number of parts, `[a-z]`, `[^a]`, `{a,b}`, `\` before what is meant as it stands. All
 * states are followed at once, so that a text costs its length times the pattern's and never more.
 */
export function compileDoublestar(pattern: string): (text: string) => boolean {
  const parser = new Parser(Array.from(pattern));
  const start = parser.parse();
  return (text) => run(start, text);
}

/** The pattern cannot be read. */
export class PatternProblem extends Error {
  override readonly name = 'PatternProblem';
}

interface State {
  /** Undefined: the end, or a fork. */
  accepts?: (char: string) => boolean;
  readonly next: State[];
  readonly end?: true;
}

/** Builds what matches, and then goes on with `next`. */
type Piece = (next: State) => State;

function run(start: State, text: string): boolean {
  let current = new Set<State>();
  reach(start, current);
  for (const char of text) {
    const following = new Set<State>();
    for (const state of current)
      if (state.accepts?.(char) === true) for (const next of state.next) reach(next, following);
    if (following.size === 0) return false;
    current = following;
  }
  return [...current].some((state) => state.end === true);
}

function reach(from: State, into: Set<State>): void {
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (into.has(state)) continue;
    into.add(state);
    if (state.accepts === undefined) open.push(...state.next);
  }
}

const notSlash = (char: string): boolean => char !== '/';
const one =
  (accepts: (char: string) => boolean): Piece =>
  (next) => ({ accepts, next: [next] });
const many =
  (accepts: (char: string) => boolean): Piece =>
  (next) => {
    const fork: State = { next: [next] };
    fork.next.push({ accepts, next: [fork] });
    return fork;
  };

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(chars: readonly string[]) {
    this.#chars = chars;
  }

  parse(): State {
    return this.#sequence(false)({ next: [], end: true });
  }

  #sequence(inBraces: boolean): Piece {
    const pieces: Piece[] = [];
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || (inBraces && (char === ',' || char === '}'))) break;
      this.#at += 1;
      pieces.push(this.#piece(char));
    }
    return (next) => pieces.reduceRight((rest, piece) => piece(rest), next);
  }

  #piece(char: string): Piece {
    switch (char) {
      case '*':
        return this.#star();
      case '?':
        return one(notSlash);
      case '[':
        return one(this.#charClass());
      case '{':
        return this.#braces();
      case '\\': {
        const literal = this.#take();
        return one((each) => each === literal);
      }
      default:
        return one((each) => each === char);
    }
  }

  #star(): Piece {
    const before = this.#chars[this.#at - 2];
    if (this.#chars[this.#at] !== '*') return many(notSlash);
    const after = this.#chars[this.#at + 1];
    const wholePart = (before === undefined || before === '/') && (after === undefined || after === '/');
    if (!wholePart) return many(notSlash);
    this.#at += after === undefined ? 1 : 2;
    const anything = many(() => true);
    if (after === undefined) return anything;
    // Any number of parts, none too, each with the slash behind it.
    return (next) => ({ next: [next, anything(one((each) => each === '/')(next))] });
  }

  #braces(): Piece {
    const choices: Piece[] = [];
    for (;;) {
      choices.push(this.#sequence(true));
      if (this.#take() === '}') return (next) => ({ next: choices.map((choice) => choice(next)) });
    }
  }

  #charClass(): (char: string) => boolean {
    const negated = this.#chars[this.#at] === '^' || this.#chars[this.#at] === '!';
    if (negated) this.#at += 1;
    const ranges: [number, number][] = [];
    for (let char = this.#take(); char !== ']' || ranges.length === 0; char = this.#take()) {
      const from = codeOf(char === '\\' ? this.#take() : char);
      let to = from;
      if (this.#chars[this.#at] === '-' && this.#chars[this.#at + 1] !== ']') {
        this.#at += 1;
        const last = this.#take();
        to = codeOf(last === '\\' ? this.#take() : last);
      }
      ranges.push([from, to]);
    }
    return (char) => {
      const code = codeOf(char);
      return notSlash(char) && ranges.some(([from, to]) => from <= code && code <= to) !== negated;
    };
  }

  #take(): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new PatternProblem('a bracket, a brace or a backslash is not closed');
    this.#at += 1;
    return char;
  }
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
