/** A value as YAML has it. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** By the keys of the files, in the order of the files; what is as usual is left out. */
export type Fields = Readonly<Record<string, Plain>>;

/** In the order in which they are made: each needs only those before it. */
export const kinds = [
  'settings',
  'role',
  'group',
  'member',
  'system',
  'project',
  'label',
  'robot',
  'grant',
  'immutable tags',
  'protected tags',
] as const;

export type Kind = (typeof kinds)[number];

/** Where in a file something is said. */
export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The system's own place; projects are `project NAME`. */
export const system = 'system';

export function placeOfProject(name: string): string {
  return `project ${name}`;
}

/** Undefined for the system. */
export function projectOf(place: string): string | undefined {
  return place === system ? undefined : place.slice('project '.length);
}

/** One thing of a registry's configuration, as a file says it or as the registry has it. */
export interface Item {
  readonly kind: Kind;
  /** `system`, `project pay`, and of members their group. */
  readonly place: string;
  /** What tells it from others of its kind in its place. */
  readonly name: string;
  readonly fields: Fields;
  /** Of a file: itself, and its keys. */
  readonly at?: At;
  readonly keysAt?: ReadonlyMap<string, At>;
  /** Of the registry. */
  readonly id?: number;
}

/** A list that the files have, be it empty: it is compared, and what is not in it is too much. */
export function sectionOf({ kind, place }: Pick<Item, 'kind' | 'place'>): string {
  return `${kind} of ${place}`;
}

/** A configuration, or the part of it that is spoken of. */
export interface Configuration {
  readonly items: readonly Item[];
  readonly sections: ReadonlySet<string>;
}

export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Groups of one name and several types are told apart; those of the registry itself are called by their names. */
export function groupLabel(name: string, type: string): string {
  return type === 'local' ? name : `${name} (${type})`;
}

export function textField(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' ? value : undefined;
}

export function listField(fields: Fields, key: string): readonly string[] | undefined {
  const value = fields[key];
  return Array.isArray(value) ? value.map(String) : undefined;
}
