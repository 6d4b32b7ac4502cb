import { isNameComponent } from '../../../lib/oci/repository-name.ts';
import { Refused } from '../../client/refused.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  type Configuration,
  type Fields,
  type Item,
  type Kind,
  type Plain,
  placeOfProject,
  sectionOf,
  system,
} from '../item.ts';
import {
  allowlistField,
  type GrantRow,
  type GroupRow,
  type ImmutableRow,
  itemOf,
  type LabelRow,
  type ProjectRow,
  type ProtectedRow,
  type RobotRow,
  type RoleRow,
} from './item-of.ts';

export const api = '/api/v2.0';
export const own = '/api/berth/v1';

interface Setting {
  readonly value?: unknown;
  readonly editable?: boolean;
}

/** What is to be read: sections, and what single items are like. */
export interface Scope {
  readonly has: (of: Pick<Item, 'kind' | 'place'>) => boolean;
  readonly settings: boolean;
  /** Of the system itself. */
  readonly allowlist: boolean;
  readonly project: (name: string) => boolean;
  readonly limit: (name: string) => boolean;
}

export const everything: Scope = {
  has: () => true,
  settings: true,
  allowlist: true,
  project: () => true,
  limit: () => true,
};

/** What the files speak of: somebody who administers one project has no right to read the rest. */
export function scopeOf({ items, sections }: Configuration): Scope {
  const named = (kind: Kind, name: string): Item | undefined =>
    items.find((item) => item.kind === kind && item.name === name);
  const all = sections.has(sectionOf({ kind: 'project', place: system }));
  return {
    has: (of) => sections.has(sectionOf(of)),
    settings: items.some(({ kind }) => kind === 'settings'),
    allowlist: named('system', system)?.fields['cve_allowlist'] !== undefined,
    project: (name) => all || named('project', name) !== undefined,
    limit: (name) => named('project', name)?.fields['storage_limit'] !== undefined,
  };
}

/** A registry as its REST API shows it to who asks. */
export class Registry {
  readonly client: RestClient;
  #prefix: Promise<string> | undefined;
  #now: Promise<number> | undefined;
  #limits: Promise<ReadonlyMap<string, number> | undefined> | undefined;
  #repositories = new Map<string, number>();

  constructor(client: RestClient) {
    this.client = client;
  }

  /** How many repositories a project has, as it was last read. */
  repositoriesIn(project: string): number {
    return this.#repositories.get(project) ?? 0;
  }

  async read(scope: Scope): Promise<Configuration> {
    const items: Item[] = [];
    const sections = new Set<string>();
    const list = async (kind: Kind, place: string, read: () => Promise<readonly Item[]>): Promise<void> => {
      if (!scope.has({ kind, place })) return;
      sections.add(sectionOf({ kind, place }));
      items.push(...(await read()));
    };
    if (scope.settings) items.push(await this.#settings());
    await list('role', system, () => this.#roles());
    await list('group', system, () => this.#groups());
    for (const group of items.filter(({ kind }) => kind === 'group'))
      await list('member', group.name, () => this.#members(group));
    if (scope.allowlist) items.push(await this.#system());
    await list('label', system, () => this.#labels(system, undefined));
    await list('robot', system, () => this.#robots(system, undefined, undefined));
    await list('grant', system, () => this.#systemGrants());
    const all = await this.projects();
    await list('project', system, () => Promise.resolve([]));
    for (const row of all.filter(({ name }) => scope.project(name))) {
      const { project_id: id, name } = row;
      const place = placeOfProject(name);
      items.push(itemOf.project(row, scope.limit(name) ? await this.#limit(name) : undefined));
      await list('label', place, () => this.#labels(place, id));
      await list('robot', place, () => this.#robots(place, id, name));
      await list('grant', place, () => this.grantsIn(name));
      await list('immutable tags', place, () => this.#immutable(place, name));
      await list('protected tags', place, () => this.#protected(place, name));
    }
    return { items, sections };
  }

  /** @throws Refused for what is no name: files are called by them, and another server may say what it likes */
  async projects(): Promise<readonly ProjectRow[]> {
    const rows = await this.client.all<ProjectRow>(`${api}/projects?with_detail=true&sort=name`);
    const stray = rows.find(({ name }) => !isNameComponent(name));
    if (stray !== undefined)
      throw new Refused(
        `${JSON.stringify(stray.name).slice(0, 100)} is no name of a project; is this a registry?`,
        502,
      );
    this.#repositories = new Map(rows.map(({ name, repo_count: count = 0 }) => [name, count]));
    return rows;
  }

  /** What is in force of what was granted: what has ended is as gone. */
  async grantsIn(project: string): Promise<Item[]> {
    const rows = await this.client.all<GrantRow>(`${own}/grants?project=${encodeURIComponent(project)}`);
    return this.#grants(placeOfProject(project), rows);
  }

  async #systemGrants(): Promise<Item[]> {
    const rows = await this.client.all<GrantRow>(`${own}/grants`);
    // A project may have that name, and roles in it look the same.
    const [project] = (await this.projects()).filter(({ name }) => name === system);
    const inProject = project === undefined ? [] : await this.grantsIn(system);
    const others = new Set(inProject.map(({ id }) => id));
    const ofSystem = rows.filter(({ id, where }) => where === system && !others.has(id));
    return this.#grants(system, ofSystem);
  }

  async #grants(place: string, rows: readonly GrantRow[]): Promise<Item[]> {
    const prefix = await this.prefix();
    const now = await this.now();
    return rows
      .filter(({ expires_at: end }) => end === undefined || Date.parse(end) > now)
      .map((row) => itemOf.grant(place, row, prefix));
  }

  /** By the clock that decides what has ended. */
  now(): Promise<number> {
    this.#now ??= this.client
      .get<{ current_time: string }>(`${api}/systeminfo`)
      .then(({ current_time: time }) => Date.parse(time));
    return this.#now;
  }

  async #settings(): Promise<Item> {
    const all = await this.settings();
    const fields = Object.entries(all).flatMap(([key, { value, editable }]) =>
      editable === true ? [[key, value as Plain] as const] : [],
    );
    return { kind: 'settings', place: system, name: 'settings', fields: Object.fromEntries(fields) };
  }

  settings(): Promise<Readonly<Record<string, Setting>>> {
    return this.client.get(`${api}/configurations`);
  }

  async roles(): Promise<readonly RoleRow[]> {
    return this.client.get<RoleRow[]>(`${own}/roles`);
  }

  async #roles(): Promise<Item[]> {
    return (await this.roles()).filter(({ built_in: builtIn }) => !builtIn).map(itemOf.role);
  }

  async #groups(): Promise<Item[]> {
    return (await this.client.all<GroupRow>(`${api}/usergroups`)).map(itemOf.group);
  }

  /** Those whom an administrator put there; others come and go by their sign-ins. */
  async #members({ id, name: place }: Item): Promise<Item[]> {
    const rows = await this.client.all<{ user_id: number; username: string; source: string }>(
      `${own}/groups/${id}/members`,
    );
    return rows
      .filter(({ source }) => source === 'local')
      .map((row): Item => ({ kind: 'member', place, name: row.username, fields: {}, id: row.user_id }));
  }

  async #system(): Promise<Item> {
    const list = allowlistField(await this.client.get<Fields>(`${api}/system/CVEAllowlist`));
    return { kind: 'system', place: system, name: system, fields: { cve_allowlist: list } };
  }

  async #labels(place: string, projectId: number | undefined): Promise<Item[]> {
    const of = projectId === undefined ? 'scope=g' : `scope=p&project_id=${projectId}`;
    const rows = await this.client.all<LabelRow>(`${api}/labels?${of}`);
    return rows.map((row) => itemOf.label(place, row));
  }

  async #robots(place: string, projectId: number | undefined, project: string | undefined): Promise<Item[]> {
    const q =
      projectId === undefined ? '' : `?q=${encodeURIComponent(`Level=project,ProjectID=${projectId}`)}`;
    const rows = await this.client.all<RobotRow>(`${api}/robots${q}`);
    const prefix = await this.prefix();
    return rows.map((row) => itemOf.robot(place, row, { project, prefix }));
  }

  async #immutable(place: string, project: string): Promise<Item[]> {
    const path = `${api}/projects/${encodeURIComponent(project)}/immutabletagrules`;
    return (await this.client.all<ImmutableRow>(path)).map((row) => itemOf.immutable(place, row));
  }

  async #protected(place: string, project: string): Promise<Item[]> {
    const path = `${own}/projects/${encodeURIComponent(project)}/protected-tags`;
    return (await this.client.get<ProtectedRow[]>(path)).map((row) => itemOf.protected(place, row));
  }

  /** What robots' names begin with; who may not read the settings sees only robots whose project is in their names. */
  prefix(): Promise<string> {
    this.#prefix ??= unlessDenied(async () =>
      String((await this.settings())['robot_name_prefix']?.value),
    ).then((prefix) => prefix ?? 'robot$');
    return this.#prefix;
  }

  /** All at once for who may, else that of the project for who may see it there. */
  async #limit(project: string): Promise<number | undefined> {
    this.#limits ??= unlessDenied(async () => {
      const rows = await this.client.all<{ ref: { name: string }; hard: { storage: number } }>(
        `${api}/quotas?reference=project`,
      );
      return new Map(rows.map(({ ref, hard }) => [ref.name, hard.storage]));
    });
    const limits = await this.#limits;
    if (limits !== undefined) return limits.get(project);
    const summary = await this.client.get<{ quota?: { hard: { storage: number } } }>(
      `${api}/projects/${encodeURIComponent(project)}/summary`,
    );
    return summary.quota?.hard.storage;
  }
}

/** Undefined where it is not shown to who asks. */
export function unlessDenied<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return unlessRefused([403], ask);
}

export async function unlessRefused<T>(
  statuses: readonly number[],
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused && statuses.includes(error.status)) return undefined;
    throw error;
  }
}
