import { isNameComponent } from '../../../lib/oci/repository-name.ts';
import { nearest } from '../../../platform/config/nearest.ts';
import { type At, type Configuration, type Item, placeOfProject, sectionOf, system } from '../item.ts';
import { fileTexts } from '../text.ts';
import type { Problems } from './problems.ts';
import { placeKeys, projectKeys, readKeys, type Shape, shapes } from './shapes.ts';
import { YamlFile, type YamlNode } from './yaml-file.ts';

/** The lists of a file about one place, by their keys. */
export const projectLists = {
  grants: shapes.grant,
  robots: shapes.robot,
  labels: shapes.label,
  immutable_tags: shapes.immutable,
  protected_tags: shapes.protected,
} as const satisfies Readonly<Record<string, Shape>>;

export const systemLists = {
  grants: shapes.systemGrant,
  robots: shapes.systemRobot,
  labels: shapes.label,
} as const satisfies Readonly<Record<string, Shape>>;

/** Says that the files of projects are all there are. */
export const allProjects = 'all_projects';

const systemFiles = ['settings.yml', 'roles.yml', 'groups.yml', 'system.yml'] as const;

/** What the files say; what is wrong with them is told, all of it. */
export function readFolder(texts: ReadonlyMap<string, string>, problems: Problems): Configuration {
  const reading = new Reading(problems);
  for (const [name, text] of texts) {
    const known = systemFiles.find((each) => each === name);
    const project = /^projects\/(.*)\.yml$/.exec(name)?.[1];
    const start: At = { file: name, line: 1, column: 1 };
    if (known === undefined && project === undefined) reading.refuseName(name, start);
    else if (project !== undefined && !isNameComponent(project))
      problems.add(start, fileTexts.notProject, { name: project });
    else {
      const root = new YamlFile(name, text, problems).root();
      if (root === undefined) continue;
      if (project !== undefined) reading.project(project, root);
      else if (known !== undefined) reading[known](root);
    }
  }
  return reading.configuration();
}

class Reading {
  readonly #problems: Problems;
  readonly #items = new Map<string, Item>();
  readonly #sections = new Set<string>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  configuration(): Configuration {
    return { items: [...this.#items.values()], sections: this.#sections };
  }

  refuseName(name: string, at: At): void {
    const known = [...systemFiles, 'projects/NAME.yml'];
    const near = nearest(name.replace(/\.yaml$/, '.yml'), known);
    this.#problems.add(at, near === undefined ? fileTexts.fileUnknown : fileTexts.fileNear, {
      name,
      near: near ?? '',
      known: known.join(', '),
    });
  }

  'settings.yml'(root: YamlNode): void {
    const keysAt = new Map<string, At>();
    const fields: Record<string, string | number | boolean> = {};
    for (const [key, { keyAt, value }] of root.entries() ?? []) {
      const scalar = value.scalar();
      if (scalar !== undefined) fields[key] = scalar;
      keysAt.set(key, keyAt);
    }
    this.#add({ kind: 'settings', place: system, name: 'settings', fields, at: root.at, keysAt });
  }

  'roles.yml'(root: YamlNode): void {
    this.#list(root, shapes.role, system);
  }

  'groups.yml'(root: YamlNode): void {
    const shape = shapes.group;
    this.#sections.add(sectionOf({ kind: 'group', place: system }));
    for (const node of root.list()) {
      const map = node.map([...Object.keys(shape.keys), 'members'], shape.needed);
      if (map === undefined) continue;
      const members = map.get('members');
      const read = readKeys(node, { ...shape.keys, members: () => undefined }, shape.needed, this.#problems);
      if (read === undefined) continue;
      const name = shape.nameOf(read.fields);
      this.#add({ kind: 'group', place: system, name, ...read, at: node.at });
      if (members === undefined) continue;
      this.#sections.add(sectionOf({ kind: 'member', place: name }));
      for (const member of members.list()) {
        const user = member.text();
        if (user !== undefined)
          this.#add({ kind: 'member', place: name, name: user, fields: {}, at: member.at });
      }
    }
  }

  'system.yml'(root: YamlNode): void {
    const all = root.map([...Object.keys(placeKeys), ...Object.keys(systemLists), allProjects]);
    if (all === undefined) return;
    if (all.get(allProjects)?.flag() === true)
      this.#sections.add(sectionOf({ kind: 'project', place: system }));
    this.#place(root, { kind: 'system', place: system, name: system }, placeKeys, [
      ...Object.keys(systemLists),
      allProjects,
    ]);
    for (const [key, shape] of Object.entries(systemLists)) {
      const node = all.get(key);
      if (node !== undefined) this.#list(node, shape, system);
    }
  }

  project(name: string, root: YamlNode): void {
    const all = root.map([...Object.keys(projectKeys), ...Object.keys(projectLists)]);
    if (all === undefined) return;
    this.#place(root, { kind: 'project', place: system, name }, projectKeys, Object.keys(projectLists));
    for (const [key, shape] of Object.entries(projectLists)) {
      const node = all.get(key);
      if (node !== undefined) this.#list(node, shape, placeOfProject(name));
    }
  }

  #place(
    root: YamlNode,
    of: Pick<Item, 'kind' | 'place' | 'name'>,
    keys: Shape['keys'],
    others: readonly string[],
  ): void {
    const beside = Object.fromEntries(others.map((key) => [key, () => undefined]));
    const read = readKeys(root, { ...keys, ...beside }, [], this.#problems);
    if (read !== undefined) this.#add({ ...of, ...read, at: root.at });
  }

  #list(root: YamlNode, shape: Shape, place: string): void {
    this.#sections.add(sectionOf({ kind: shape.kind, place }));
    for (const node of root.list()) {
      const read = readKeys(node, shape.keys, shape.needed, this.#problems);
      if (read === undefined) continue;
      this.#add({ kind: shape.kind, place, name: shape.nameOf(read.fields), ...read, at: node.at });
    }
  }

  #add(item: Item & { readonly at: At }): void {
    const key = `${sectionOf(item)} ${item.name}`;
    if (this.#items.has(key)) this.#problems.add(item.at, fileTexts.twice, { what: item.name });
    else this.#items.set(key, item);
  }
}
