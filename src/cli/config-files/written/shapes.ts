import { RE2JS, RE2JSException } from 're2js';
import { isTagPattern, parseRepositoryPattern } from '../../../lib/oci/repository-pattern.ts';
import { compileDoublestar, PatternProblem } from '../../../lib/text/compile-doublestar.ts';
import { parseUntil } from '../../access/parse-until.ts';
import { timeText } from '../../time-text.ts';
import { type Fields, groupLabel, type Kind, type Plain, textField } from '../item.ts';
import { fileTexts } from '../text.ts';
import type { Problems } from './problems.ts';
import type { YamlNode } from './yaml-file.ts';

/** Undefined: it is as usual, or wrong, which has been told. */
type Reader = (node: YamlNode, problems: Problems) => Plain | undefined;

/** What the entries of a list are like. */
export interface Shape {
  readonly kind: Kind;
  readonly keys: Readonly<Record<string, Reader>>;
  readonly needed: readonly string[];
  /** What tells one from the other; also shown to people. */
  readonly nameOf: (fields: Fields) => string;
}

const text: Reader = (node) => node.text();
const optionalText: Reader = (node) => node.text() || undefined;
const optionalFlag: Reader = (node) => node.flag() || undefined;

function oneOf(values: readonly string[], usual?: string): Reader {
  return (node, problems) => {
    const given = node.text();
    if (given === undefined || given === usual) return undefined;
    if (values.includes(given)) return given;
    problems.add(node.at, fileTexts.notOneOf, { value: given, known: values.join(', ') });
    return undefined;
  };
}

/** Each once, in one order. */
function texts(each: (node: YamlNode, problems: Problems) => string | undefined): Reader {
  return (node, problems) => {
    const all = new Set<string>();
    for (const item of node.list()) {
      const value = each(item, problems);
      if (value === undefined) continue;
      if (all.has(value)) problems.add(item.at, fileTexts.twice, { what: value });
      all.add(value);
    }
    return [...all].sort();
  };
}

const plainTexts = texts((node) => node.text());
const permission = texts((node, problems) => {
  const given = node.text();
  if (given === undefined || /^[^\s:]+:[^\s:]+$/.test(given)) return given;
  problems.add(node.at, fileTexts.notPermission, { value: given });
  return undefined;
});

function time(node: YamlNode, problems: Problems): string | undefined {
  const given = node.text();
  const ms = given === undefined ? undefined : parseUntil(given);
  if (ms !== undefined) return timeText(ms);
  if (given !== undefined) problems.add(node.at, fileTexts.notTime, { value: given });
  return undefined;
}

function repositories(node: YamlNode, problems: Problems): string | undefined {
  const given = node.text();
  if (given === undefined || parseRepositoryPattern(given) !== undefined) return given;
  problems.add(node.at, fileTexts.notRepositories, { value: given });
  return undefined;
}

function tags(node: YamlNode, problems: Problems): string | undefined {
  const given = node.text();
  if (given === undefined || isTagPattern(given)) return given;
  problems.add(node.at, fileTexts.notTags, { value: given });
  return undefined;
}

const actions = ['pull', 'push', 'delete', 'read'];

/** A role, or actions each once and in one order, as the registry prints them. */
function rights(node: YamlNode): string | undefined {
  const given = node.text();
  const words = (given ?? '').split(',').map((word) => word.trim());
  return words.every((word) => actions.includes(word))
    ? actions.filter((action) => words.includes(action)).join(',')
    : given?.trim();
}

/** A pattern, or what is said of it beside that it matches and is no regular expression. */
const selector: Reader = (node, problems) => {
  if (!node.isMap()) return checkedPattern(node, 'doublestar', problems);
  const map = node.map(['matches', 'excludes', 'kind']);
  if (map === undefined) return undefined;
  const [matches, excludes] = [map.get('matches'), map.get('excludes')];
  const given = matches ?? excludes;
  if (given === undefined || (matches !== undefined && excludes !== undefined)) {
    problems.add(node.at, fileTexts.matchesOrExcludes);
    return undefined;
  }
  const kindNode = map.get('kind');
  const kind = kindNode === undefined ? undefined : oneOf(['regex'], 'doublestar')(kindNode, problems);
  const pattern = checkedPattern(given, kind === 'regex' ? 'regex' : 'doublestar', problems);
  if (pattern === undefined) return undefined;
  return selectorForm({ pattern, excludes: matches === undefined, kind: kind === 'regex' ? 'regex' : '' });
};

/** The shortest way to say it. */
export function selectorForm(of: {
  readonly pattern: string;
  readonly excludes: boolean;
  readonly kind: string;
}): Plain {
  const { pattern, excludes, kind } = of;
  if (!excludes && kind !== 'regex') return pattern;
  return { [excludes ? 'excludes' : 'matches']: pattern, ...(kind === 'regex' ? { kind } : {}) };
}

function checkedPattern(
  node: YamlNode,
  kind: 'doublestar' | 'regex',
  problems: Problems,
): string | undefined {
  const given = node.text();
  if (given === undefined) return undefined;
  try {
    if (given === '') throw new PatternProblem('it is empty');
    if (kind === 'regex') RE2JS.compile(given);
    else compileDoublestar(given);
    return given;
  } catch (error) {
    if (!(error instanceof PatternProblem || error instanceof RE2JSException)) throw error;
    problems.add(node.at, fileTexts.notPattern, { value: given, why: error.message });
    return undefined;
  }
}

function days(node: YamlNode, problems: Problems): number | undefined {
  const given = node.integer();
  if (given === undefined || given === -1 || given >= 1) return given;
  problems.add(node.at, fileTexts.notDays);
  return undefined;
}

const block = { allow: permission, deny: permission, repositories: texts(repositories) };

/** Of robots of the system: what they may do in one place. */
const blocks: Reader = (node, problems) => {
  const read = node.list().flatMap((item) => {
    const fields = readKeys(item, { in: text, ...block }, ['in'], problems)?.fields;
    return fields === undefined ? [] : [fields];
  });
  return sortedBlocks(read);
};

export function sortedBlocks(of: readonly Fields[]): Plain {
  return of.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

export function readKeys(
  node: YamlNode,
  keys: Shape['keys'],
  needed: readonly string[],
  problems: Problems,
): { readonly fields: Fields; readonly keysAt: ReadonlyMap<string, YamlNode['at']> } | undefined {
  const map = node.map(Object.keys(keys), needed);
  if (map === undefined) return undefined;
  const fields: Record<string, Plain> = {};
  for (const [key, reader] of Object.entries(keys)) {
    const given = map.get(key);
    const value = given === undefined ? undefined : reader(given, problems);
    // A list without anything in it is as one that is not there.
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) fields[key] = value;
  }
  return { fields, keysAt: new Map([...map].map(([key, value]) => [key, value.at])) };
}

const named = (fields: Fields): string => textField(fields, 'name') ?? '';
const robot = { name: text, description: optionalText, days, disabled: optionalFlag };

export const shapes = {
  role: {
    kind: 'role',
    keys: { name: text, level: oneOf(['project', 'system']), permissions: permission },
    needed: ['name', 'level', 'permissions'],
    nameOf: named,
  },
  group: {
    kind: 'group',
    keys: { name: text, type: oneOf(['ldap', 'http', 'oidc'], 'local') },
    needed: ['name'],
    nameOf: (fields) => groupLabel(named(fields), textField(fields, 'type') ?? 'local'),
  },
  label: {
    kind: 'label',
    keys: { name: text, description: optionalText, color: optionalText },
    needed: ['name'],
    nameOf: named,
  },
  robot: {
    kind: 'robot',
    keys: { ...robot, ...block },
    needed: ['name', 'days', 'allow'],
    nameOf: named,
  },
  systemRobot: {
    kind: 'robot',
    keys: { ...robot, permissions: blocks },
    needed: ['name', 'days', 'permissions'],
    nameOf: named,
  },
  systemGrant: {
    kind: 'grant',
    keys: { who: text, group_type: oneOf(['ldap', 'http', 'oidc'], 'local'), role: rights, expires_at: time },
    needed: ['who', 'role'],
    nameOf: grantName,
  },
  grant: {
    kind: 'grant',
    keys: {
      who: text,
      group_type: oneOf(['ldap', 'http', 'oidc'], 'local'),
      role: rights,
      repositories,
      tags,
      expires_at: time,
    },
    needed: ['who', 'role'],
    nameOf: grantName,
  },
  immutable: {
    kind: 'immutable tags',
    keys: {
      tags: selector,
      repositories: selector,
      disabled: optionalFlag,
      accept_same_digest: optionalFlag,
    },
    needed: ['tags', 'repositories'],
    nameOf: ({ tags: some, repositories: of }) => `${patternText(some)} in ${patternText(of)}`,
  },
  protected: {
    kind: 'protected tags',
    keys: { tags, repositories, allowed: plainTexts },
    needed: ['tags', 'repositories', 'allowed'],
    nameOf: (fields) => `${textField(fields, 'tags') ?? ''} in ${textField(fields, 'repositories') ?? ''}`,
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** Who, and where in the place; what is given there is told beside it. */
export function holderAndPlace(fields: Fields): string {
  return [holderText(fields), ...placeTexts(fields)].join(' ');
}

function grantName(fields: Fields): string {
  return [holderText(fields), textField(fields, 'role') ?? '', ...placeTexts(fields)].join(' ');
}

function holderText(fields: Fields): string {
  return groupLabel(textField(fields, 'who') ?? '', textField(fields, 'group_type') ?? 'local');
}

function placeTexts(fields: Fields): string[] {
  const [repositories, of] = [textField(fields, 'repositories'), textField(fields, 'tags')];
  return [
    ...(repositories === undefined ? [] : [`in ${repositories}`]),
    ...(of === undefined ? [] : [`for tags ${of}`]),
  ];
}

function patternText(value: Plain | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** What a project, and the system, is like; each key counts where it stands. */
export const placeKeys = {
  cve_allowlist: (node, problems) => {
    const read = readKeys(node, { items: plainTexts, expires_at: time }, ['items'], problems);
    return read === undefined ? undefined : { items: [], ...read.fields };
  },
} as const satisfies Shape['keys'];

export const projectKeys = {
  public: (node) => node.flag(),
  sparse_manifests: (node) => node.flag(),
  storage_limit: (node, problems) => {
    const given = node.integer();
    if (given === undefined || given === -1 || given >= 1) return given;
    problems.add(node.at, fileTexts.notLimit);
    return undefined;
  },
  metadata: (node) => metadata(node),
  ...placeKeys,
} as const satisfies Shape['keys'];

/** Values are text, as Harbor has them. */
function metadata(node: YamlNode): Plain | undefined {
  const entries = node.entries();
  if (entries === undefined) return undefined;
  const values = [...entries].flatMap(([key, { value }]) => {
    const scalar = value.scalar();
    return scalar === undefined ? [] : [[key, String(scalar)] as const];
  });
  return Object.fromEntries(values.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
