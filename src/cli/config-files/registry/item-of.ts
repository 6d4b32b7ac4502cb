import { timeText } from '../../time-text.ts';
import { type Fields, groupLabel, type Item, type Plain, system } from '../item.ts';
import { selectorForm, shapes, sortedBlocks } from '../written/shapes.ts';

/** What the REST API shows, as the files say it. */

export interface RoleRow {
  readonly name: string;
  readonly level: string;
  readonly built_in: boolean;
  readonly permissions: readonly string[];
}

export interface GroupRow {
  readonly id: number;
  readonly group_name: string;
  readonly group_type?: number;
}

export interface LabelRow {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly color?: string;
}

export interface GrantRow {
  readonly id: number;
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
  readonly expires_at?: string;
  readonly group_type?: string;
}

interface Access {
  readonly resource: string;
  readonly action: string;
  readonly effect?: string;
}

export interface RobotRow {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly duration: number;
  readonly disable: boolean;
  readonly permissions: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly access: readonly Access[];
    readonly repositories?: readonly string[];
  }[];
}

interface Selector {
  readonly kind?: string;
  readonly decoration?: string;
  readonly pattern?: string;
}

export interface ImmutableRow {
  readonly id: number;
  readonly disabled?: boolean;
  readonly accept_same_digest?: boolean;
  readonly tag_selectors?: readonly Selector[];
  readonly scope_selectors?: { readonly repository?: readonly Selector[] };
}

export interface ProtectedRow {
  readonly id: number;
  readonly tags: string;
  readonly repositories: string;
  readonly allowed: readonly string[];
}

interface AllowlistRow {
  readonly items?: readonly { readonly cve_id: string }[];
  readonly expires_at?: number;
}

export interface ProjectRow {
  readonly project_id: number;
  readonly name: string;
  readonly repo_count?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cve_allowlist?: AllowlistRow;
}

const groupTypes = ['local', 'ldap', 'http', 'oidc'];

/** Without what is as usual. */
function short(fields: Readonly<Record<string, Plain | undefined>>): Fields {
  const kept = Object.entries(fields).filter(
    (entry): entry is [string, Plain] =>
      entry[1] !== undefined && entry[1] !== '' && entry[1] !== false && !isEmptyList(entry[1]),
  );
  return Object.fromEntries(kept);
}

function isEmptyList(value: Plain): boolean {
  return Array.isArray(value) && value.length === 0;
}

function item(of: Omit<Item, 'name'> & { readonly name?: string }): Item {
  return { ...of, name: of.name ?? '' };
}

function roleItem({ name, level, permissions }: RoleRow): Item {
  return item({
    kind: 'role',
    place: system,
    name,
    fields: { name, level, permissions: permissions.toSorted() },
  });
}

function groupItem({ id, group_name: name, group_type: number = 0 }: GroupRow): Item {
  const type = groupTypes[number] ?? 'local';
  const fields = { name, ...(type === 'local' ? {} : { type }) };
  return item({ kind: 'group', place: system, name: groupLabel(name, type), fields, id });
}

function labelItem(place: string, { id, name, description, color }: LabelRow): Item {
  return item({ kind: 'label', place, name, fields: short({ name, description, color }), id });
}

function grantItem(place: string, row: GrantRow, prefix: string): Item {
  const slash = row.where.indexOf('/');
  const { group_type: type, expires_at: end } = row;
  const fields = short({
    who: row.who.startsWith(`robot:${prefix}`) ? `robot:${row.who.slice(6 + prefix.length)}` : row.who,
    group_type: type === 'local' ? undefined : type,
    role: row.role,
    repositories: place === system || slash < 0 ? undefined : row.where.slice(slash + 1),
    tags: row.tag,
    expires_at: end === undefined ? undefined : timeText(Date.parse(end)),
  });
  return item({ kind: 'grant', place, name: shapes.grant.nameOf(fields), fields, id: row.id });
}

/** @param project undefined for robots of the system */
function robotItem(
  place: string,
  row: RobotRow,
  { project, prefix }: { readonly project: string | undefined; readonly prefix: string },
): Item {
  const name =
    project === undefined ? row.name.slice(prefix.length) : row.name.slice(row.name.lastIndexOf('+') + 1);
  const { description, duration: days, disable: disabled } = row;
  const blocks = row.permissions.map((block) =>
    short({
      in: block.namespace,
      allow: permissionsOf(block.access, false),
      deny: permissionsOf(block.access, true),
      repositories: block.repositories?.toSorted(),
    }),
  );
  const { in: _, ...own } = blocks[0] ?? {};
  const rights = project === undefined ? { permissions: sortedBlocks(blocks) } : own;
  const fields = short({ name, description, days, disabled, ...rights });
  return item({ kind: 'robot', place, name, fields, id: row.id });
}

function permissionsOf(access: readonly Access[], denied: boolean): string[] {
  const wanted = access.filter(({ effect }) => (effect === 'deny') === denied);
  return [...new Set(wanted.map(({ resource, action }) => `${resource}:${action}`))].sort();
}

function immutableItem(place: string, row: ImmutableRow): Item {
  const fields = short({
    tags: selectorOf(row.tag_selectors?.[0]),
    repositories: selectorOf(row.scope_selectors?.repository?.[0]),
    disabled: row.disabled,
    accept_same_digest: row.accept_same_digest,
  });
  return item({ kind: 'immutable tags', place, name: shapes.immutable.nameOf(fields), fields, id: row.id });
}

/** The first one counts, as in Harbor. */
function selectorOf(selector: Selector | undefined): Plain {
  const { kind = '', decoration = '', pattern = '' } = selector ?? {};
  return selectorForm({ kind, pattern, excludes: decoration.toLowerCase().endsWith('excludes') });
}

function protectedItem(place: string, { id, tags, repositories, allowed }: ProtectedRow): Item {
  const fields = { tags, repositories, allowed: allowed.toSorted() };
  return item({ kind: 'protected tags', place, name: shapes.protected.nameOf(fields), fields, id });
}

export function allowlistField({ items = [], expires_at: seconds }: AllowlistRow): Fields {
  return {
    items: items.map(({ cve_id: id }) => id).sort(),
    ...(seconds === undefined ? {} : { expires_at: timeText(seconds * 1000) }),
  };
}

/** Of what a later version does with tags by itself nobody says anything here. */
const notKept = ['public', 'sparse_manifests', 'retention_id'];

function projectItem(row: ProjectRow, limit: number | undefined): Item {
  const { metadata = {}, cve_allowlist: list = {} } = row;
  const others = Object.entries(metadata).filter(([key]) => !notKept.includes(key));
  const fields: Fields = {
    public: metadata['public'] === 'true',
    sparse_manifests: metadata['sparse_manifests'] === 'true',
    ...(limit === undefined ? {} : { storage_limit: limit }),
    metadata: Object.fromEntries(others.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    cve_allowlist: allowlistField(list),
  };
  return item({ kind: 'project', place: system, name: row.name, fields, id: row.project_id });
}

/** By the kinds of things. */
export const itemOf = {
  role: roleItem,
  group: groupItem,
  label: labelItem,
  grant: grantItem,
  robot: robotItem,
  immutable: immutableItem,
  protected: protectedItem,
  project: projectItem,
} as const;
