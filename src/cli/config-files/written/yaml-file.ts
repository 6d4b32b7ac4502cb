import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { nearest } from '../../../platform/config/nearest.ts';
import type { At } from '../item.ts';
import { fileTexts } from '../text.ts';
import type { Problems } from './problems.ts';

/** A node of a file, which knows where it stands; what does not fit is told and undefined. */
export class YamlNode {
  readonly at: At;
  readonly #node: Node | null;
  readonly #file: YamlFile;

  constructor(file: YamlFile, node: Node | null, at: At) {
    this.#file = file;
    this.#node = node;
    this.at = at;
  }

  /** Keys in the order of the file, once all of them are known and none that is needed is missing. */
  map(known: readonly string[], needed: readonly string[] = []): Map<string, YamlNode> | undefined {
    const { problems } = this.#file;
    const all = this.entries();
    if (all === undefined) return undefined;
    for (const [key, { keyAt }] of all) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      problems.add(keyAt, near === undefined ? fileTexts.keyUnknown : fileTexts.keyNear, {
        key,
        near: near ?? '',
        known: known.join(', '),
      });
      all.delete(key);
    }
    const missing = needed.filter((key) => !all.has(key));
    for (const key of missing) problems.add(this.at, fileTexts.keyMissing, { key });
    return missing.length > 0 ? undefined : new Map([...all].map(([key, { value }]) => [key, value]));
  }

  /** Whatever the keys are. */
  entries(): Map<string, { readonly keyAt: At; readonly value: YamlNode }> | undefined {
    const node = this.#node;
    if (!isMap<Node, Node | null>(node)) return this.#wrong('a map');
    return new Map(
      node.items.map(({ key, value }) => {
        const keyAt = this.#file.at(key, this.at);
        const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
        return [name, { keyAt, value: new YamlNode(this.#file, value, this.#file.at(value, keyAt)) }];
      }),
    );
  }

  list(): YamlNode[] {
    const node = this.#node;
    if (!isSeq<Node>(node)) return this.#wrong('a list') ?? [];
    return node.items.map((item) => new YamlNode(this.#file, item, this.#file.at(item, this.at)));
  }

  /** Also what YAML takes for a number, as it is written: `1.0` is a tag. */
  text(): string | undefined {
    const node = this.#node;
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined) return node.source;
    return this.#wrong('a text');
  }

  flag(): boolean | undefined {
    const node = this.#node;
    return isScalar(node) && typeof node.value === 'boolean' ? node.value : this.#wrong('true or false');
  }

  integer(): number | undefined {
    const node = this.#node;
    return isScalar(node) && typeof node.value === 'number' && Number.isSafeInteger(node.value)
      ? node.value
      : this.#wrong('a whole number');
  }

  /** Of whatever type it is. */
  scalar(): string | number | boolean | undefined {
    const node = this.#node;
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
      ? value
      : this.#wrong('a single value');
  }

  isMap(): boolean {
    return isMap(this.#node);
  }

  #wrong(needed: keyof typeof needs): undefined {
    const { problems } = this.#file;
    if (isAlias(this.#node)) problems.add(this.at, fileTexts.noAliases);
    else problems.add(this.at, needs[needed]);
    return undefined;
  }
}

const needs = {
  'a map': fileTexts.mapNeeded,
  'a list': fileTexts.listNeeded,
  'a text': fileTexts.textNeeded,
  'true or false': fileTexts.flagNeeded,
  'a whole number': fileTexts.integerNeeded,
  'a single value': fileTexts.scalarNeeded,
} as const;

export class YamlFile {
  readonly problems: Problems;
  readonly #name: string;
  readonly #lines = new LineCounter();
  readonly #text: string;

  constructor(name: string, text: string, problems: Problems) {
    this.#name = name;
    this.#text = text;
    this.problems = problems;
  }

  /** Undefined where the file is no YAML, which is told. */
  root(): YamlNode | undefined {
    const document = parseDocument(this.#text, { lineCounter: this.#lines });
    for (const { pos, message } of [...document.errors, ...document.warnings]) {
      const [first = ''] = message.split('\n');
      this.problems.add(this.#position(pos[0]), fileTexts.notYaml, {
        why: first.replace(/ at line \d+, column \d+:?$/, ''),
      });
    }
    if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
    return new YamlNode(this, document.contents, this.#position(0));
  }

  at(node: unknown, otherwise: At): At {
    const range = (node as Node | null)?.range;
    return range === undefined || range === null ? otherwise : this.#position(range[0]);
  }

  #position(offset: number): At {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#name, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
