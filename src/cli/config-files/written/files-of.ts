import { stringify } from 'yaml';
import {
  type Configuration,
  compareText,
  type Fields,
  type Item,
  type Plain,
  placeOfProject,
  sectionOf,
  system,
} from '../item.ts';
import { allProjects, projectLists, systemLists } from './read-folder.ts';
import type { Shape } from './shapes.ts';

/** The files of a configuration, by their names: the same one gives the same bytes. */
export function filesOf({ items, sections }: Configuration): Map<string, string> {
  const files = new Map<string, string>();
  const of = (kind: Item['kind'], place: string): Item[] =>
    items
      .filter((item) => item.kind === kind && item.place === place)
      .toSorted((a, b) => compareText(a.name, b.name));
  const lists = (place: string, shapes: Readonly<Record<string, Shape>>): Fields =>
    Object.fromEntries(
      Object.entries(shapes).flatMap(([key, { kind, keys }]) =>
        sections.has(sectionOf({ kind, place }))
          ? [[key, of(kind, place).map(({ fields }) => inOrder(fields, Object.keys(keys)))] as const]
          : [],
      ),
    );
  const [settings] = items.filter(({ kind }) => kind === 'settings');
  if (settings !== undefined) files.set('settings.yml', yaml(sortedKeys(settings.fields)));
  if (sections.has(sectionOf({ kind: 'role', place: system })))
    files.set('roles.yml', yaml(of('role', system).map(({ fields }) => fields)));
  if (sections.has(sectionOf({ kind: 'group', place: system })))
    files.set('groups.yml', yaml(of('group', system).map((group) => groupFields(group, of))));
  for (const { fields } of items.filter(({ kind }) => kind === 'system'))
    files.set('system.yml', yaml({ [allProjects]: true, ...fields, ...lists(system, systemLists) }));
  for (const { name, fields } of of('project', system))
    files.set(`projects/${name}.yml`, yaml({ ...fields, ...lists(placeOfProject(name), projectLists) }));
  return files;
}

function groupFields({ name, fields }: Item, of: (kind: Item['kind'], place: string) => Item[]): Fields {
  return { ...fields, members: of('member', name).map((member) => member.name) };
}

function inOrder(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]] as const])),
  );
}

function sortedKeys(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => compareText(a, b)));
}

/** A line for each value, however long it is, so that a change of one is a change of one line. */
function yaml(value: Plain): string {
  return stringify(value, { lineWidth: 0 });
}
