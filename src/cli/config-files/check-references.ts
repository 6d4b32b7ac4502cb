import { nearest } from '../../platform/config/nearest.ts';
import type { Cli } from '../cli.ts';
import { findUserId } from '../rest/find-user-id.ts';
import {
  type At,
  type Configuration,
  groupLabel,
  type Item,
  listField,
  placeOfProject,
  projectOf,
  system,
  textField,
} from './item.ts';
import type { GroupRow, RobotRow, RoleRow } from './registry/item-of.ts';
import { api, type Registry, unlessDenied, unlessRefused } from './registry/registry.ts';
import { fileTexts } from './text.ts';
import type { Problems } from './written/problems.ts';

interface Checking {
  readonly cli: Cli;
  readonly registry: Registry;
  readonly wanted: Configuration;
  readonly present: Configuration;
  readonly problems: Problems;
}

/** Whether all exists that the files name, here or in the files themselves; asks only, and changes nothing. */
export async function checkReferences(checking: Checking): Promise<void> {
  const { wanted } = checking;
  const roles = wanted.items.some(({ kind }) => kind === 'role' || kind === 'grant')
    ? await checking.registry.roles()
    : [];
  checkRoles(checking, roles);
  const holders = new Holders(checking);
  for (const item of wanted.items) {
    if (item.kind === 'grant') {
      checkPlace(checking, item);
      checkRole(checking, item, roles);
      await holders.check(item, textField(item.fields, 'who') ?? '', atKey(item, 'who'));
    }
    if (item.kind === 'member') await holders.check(item, item.name, atKey(item, ''));
    if (item.kind === 'protected tags')
      for (const who of listField(item.fields, 'allowed') ?? [])
        await holders.check(item, who, atKey(item, 'allowed'));
  }
  await checkRobots(checking);
}

export function atKey({ at, keysAt }: Item, key: string): At {
  return keysAt?.get(key) ?? at ?? { file: '', line: 1, column: 1 };
}

function both({ wanted, present }: Checking): Item[] {
  return [...wanted.items, ...present.items];
}

function checkRoles({ wanted, problems }: Checking, rows: readonly RoleRow[]): void {
  for (const item of wanted.items) {
    if (item.kind !== 'role') continue;
    const level = textField(item.fields, 'level') ?? 'project';
    const there = rows.find(({ name }) => name === item.name);
    if (there?.built_in === true) problems.add(atKey(item, 'name'), fileTexts.builtIn, { role: item.name });
    else if (there !== undefined && there.level !== level)
      problems.add(atKey(item, 'level'), fileTexts.levelStays, { role: item.name, level: there.level });
    const known = rows.filter((row) => row.built_in && row.level === level).flatMap((row) => row.permissions);
    checkPermissions(item, 'permissions', { known: new Set(known), problems });
  }
}

function checkPermissions(
  item: Item,
  key: string,
  { known, problems, given }: { known: ReadonlySet<string>; problems: Problems; given?: readonly string[] },
): void {
  for (const permission of given ?? listField(item.fields, key) ?? []) {
    if (known.has(permission)) continue;
    const near = nearest(permission, [...known]);
    const text = near === undefined ? fileTexts.permissionUnknown : fileTexts.permissionNear;
    problems.add(atKey(item, key), text, { permission, near: near ?? '' });
  }
}

function checkRole({ wanted, problems }: Checking, item: Item, rows: readonly RoleRow[]): void {
  const role = textField(item.fields, 'role') ?? '';
  if (/^(?:pull|push|delete|read)(?:,(?:pull|push|delete|read))*$/.test(role)) return;
  const made = wanted.items.filter(({ kind }) => kind === 'role');
  const known = new Map([
    ...rows.map(({ name, level }) => [name, level] as const),
    ...made.map(({ name, fields }) => [name, textField(fields, 'level') ?? ''] as const),
  ]);
  const level = known.get(role);
  const at = atKey(item, 'role');
  if (level === undefined) {
    const near = nearest(role, [...known.keys()]);
    problems.add(at, near === undefined ? fileTexts.roleUnknown : fileTexts.roleNear, {
      role,
      near: near ?? '',
      known: [...known.keys()].join(', '),
    });
  } else if (level === 'system' && item.place !== system) problems.add(at, fileTexts.roleOfSystem, { role });
}

/** That project's name is the system's place in the API; what is there already can stay. */
function checkPlace({ present, problems }: Checking, item: Item): void {
  if (item.place !== placeOfProject(system) || item.fields['repositories'] !== undefined) return;
  const isThere = present.items.some(({ place, name }) => place === item.place && name === item.name);
  if (!isThere) problems.add(atKey(item, ''), fileTexts.systemProject);
}

/** Accounts are never made: they are people's. */
class Holders {
  readonly #checking: Checking;
  readonly #users = new Map<string, boolean>();
  #groups: Promise<ReadonlySet<string>> | undefined;
  readonly #robots = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(checking: Checking) {
    this.#checking = checking;
    for (const { kind, name, fields } of checking.present.items) {
      if (kind === 'member') this.#users.set(name, true);
      const who = textField(fields, 'who');
      if (kind === 'grant' && who !== undefined && !/^(?:group|robot):/.test(who)) this.#users.set(who, true);
    }
  }

  async check(item: Item, who: string, at: At): Promise<void> {
    const { problems } = this.#checking;
    const [, kind, name = who] = /^(group|robot):(.*)$/s.exec(who) ?? [];
    if (kind === 'group') {
      const label = groupLabel(name, textField(item.fields, 'group_type') ?? 'local');
      if (!(await this.#hasGroup(label))) problems.add(at, fileTexts.groupUnknown, { group: label });
    } else if (kind === 'robot') {
      if (!(await this.#hasRobot(name))) problems.add(at, fileTexts.robotUnknown, { robot: name });
    } else if (!(await this.#hasUser(who))) problems.add(at, fileTexts.userUnknown, { user: who });
  }

  async #hasUser(name: string): Promise<boolean> {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    const { cli, registry } = this.#checking;
    // A robot account that asks is no account itself.
    const id = await unlessRefused([404, 412], () => findUserId({ cli, client: registry.client }, name));
    const found = id !== undefined;
    this.#users.set(name, found);
    return found;
  }

  /** Where the files of groups do not say what groups there are, the registry does. */
  async #hasGroup(label: string): Promise<boolean> {
    if (both(this.#checking).some(({ kind, name }) => kind === 'group' && name === label)) return true;
    this.#groups ??= this.#askGroups();
    return (await this.#groups).has(label);
  }

  async #askGroups(): Promise<ReadonlySet<string>> {
    const { client } = this.#checking.registry;
    const rows = await unlessDenied(() => client.all<GroupRow>(`${api}/usergroups`));
    const types = ['local', 'ldap', 'http', 'oidc'];
    const labels = (rows ?? []).map((row) =>
      groupLabel(row.group_name, types[row.group_type ?? 0] ?? 'local'),
    );
    return new Set(labels);
  }

  async #hasRobot(name: string): Promise<boolean> {
    const plus = name.indexOf('+');
    const project = plus < 0 ? undefined : name.slice(0, plus);
    const place = project === undefined ? system : placeOfProject(project);
    const ownName = name.slice(plus + 1);
    const named = (item: Item): boolean =>
      item.kind === 'robot' && item.place === place && item.name === ownName;
    if (both(this.#checking).some(named)) return true;
    const robots = this.#robots.get(place) ?? this.#askRobots(project);
    this.#robots.set(place, robots);
    return (await robots).has(ownName);
  }

  async #askRobots(project: string | undefined): Promise<ReadonlySet<string>> {
    const { client } = this.#checking.registry;
    const found = this.#checking.present.items.find(
      (item) => item.kind === 'project' && item.name === project,
    );
    if (project !== undefined && found === undefined) return new Set();
    const q =
      found === undefined ? '' : `?q=${encodeURIComponent(`Level=project,ProjectID=${found.id ?? 0}`)}`;
    const rows = await unlessDenied(() => client.all<RobotRow>(`${api}/robots${q}`));
    const prefix = await this.#checking.registry.prefix();
    const beginning = project === undefined ? prefix : `${prefix}${project}+`;
    return new Set((rows ?? []).map(({ name }) => name.slice(beginning.length)));
  }
}

interface Pair {
  readonly resource: string;
  readonly action: string;
}

async function checkRobots(checking: Checking): Promise<void> {
  const { wanted, registry, problems } = checking;
  const robots = wanted.items.filter(({ kind }) => kind === 'robot');
  if (robots.length === 0) return;
  const lists = await unlessDenied(() =>
    registry.client.get<{ system?: readonly Pair[]; project: readonly Pair[] }>(`${api}/permissions`),
  );
  const knownOf = (list: readonly Pair[] | undefined): ReadonlySet<string> | undefined =>
    list && new Set(list.map(({ resource, action }) => `${resource}:${action}`));
  const [ofSystem, inProjects] = [knownOf(lists?.system), knownOf(lists?.project)];
  const projects = new Set(both(checking).flatMap(({ kind, name }) => (kind === 'project' ? [name] : [])));
  const everywhere = robots.some(({ place }) => place === system) ? await registry.projects() : [];
  for (const { name } of everywhere) projects.add(name);
  for (const item of robots) {
    const blocks = projectOf(item.place) === undefined ? item.fields['permissions'] : [item.fields];
    for (const block of blocks as readonly Item['fields'][]) {
      const where = textField(block, 'in');
      const known = where === '/' ? ofSystem : inProjects;
      const key = where === undefined ? 'allow' : 'permissions';
      const given = [...(listField(block, 'allow') ?? []), ...(listField(block, 'deny') ?? [])];
      if (known !== undefined) checkPermissions(item, key, { known, problems, given });
      if (where !== undefined && where !== '/' && where !== '*' && !projects.has(where))
        problems.add(atKey(item, key), fileTexts.projectUnknown, { project: where });
    }
  }
}
