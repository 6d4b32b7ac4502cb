import { type Cli, say } from '../cli.ts';
import { type Item, type Plain, projectOf, system } from './item.ts';
import type { Change, Step } from './plan.ts';
import { configFilesTexts } from './text.ts';

const signs = { add: '+', change: '~', remove: '-', extra: '?' } as const;

/** One line for people: what is done to what, and how it differs. */
export function stepLine(cli: Cli, step: Step): string {
  const { action, item, changes, kept } = step;
  const told = action === 'add' ? asChanges(item) : changes;
  const differences = told.map((change) => changeText(change, action === 'add'));
  const why =
    action !== 'extra'
      ? []
      : kept === undefined
        ? [say(cli, configFilesTexts.notInFiles)]
        : [say(cli, kept === 'own access' ? configFilesTexts.keptOwn : configFilesTexts.keptFull)];
  const all = [...differences, ...why].join(', ');
  const line = `${signs[action]} ${itemText(item)}${all === '' ? '' : ` (${all})`}`;
  return line.replace(/\p{C}/gu, ' ');
}

/** As people call it. */
export function itemText({ kind, place, name }: Item): string {
  if (kind === 'settings') return kind;
  if (kind === 'system') return 'system';
  if (kind === 'project') return `project ${name}`;
  if (kind === 'role' || kind === 'group') return `${kind} ${name}`;
  if (kind === 'member') return `group ${place}: member ${name}`;
  const project = projectOf(place);
  return `${project === undefined ? system : `project ${project}`}: ${kind} ${name}`;
}

/** What stands in the name needs no second time. */
const inName: readonly string[] = ['name', 'who', 'group_type', 'role', 'tags', 'repositories'];

function asChanges({ kind, fields }: Item): Change[] {
  if (kind === 'settings') return [];
  return Object.entries(fields)
    .filter(([, value]) => !isEmpty(value))
    .filter(([key]) => !inName.includes(key) || (kind === 'robot' && key === 'repositories'))
    .map(([key, after]) => ({ key, after }));
}

/** A new thing is not told by what it has none of. */
function isEmpty(value: Plain): boolean {
  return JSON.stringify(value) === '{}' || JSON.stringify(value) === '{"items":[]}';
}

function changeText({ key, before, after }: Change, isNew: boolean): string {
  if (isNew) return `${key}: ${valueText(after)}`;
  return `${key}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: Plain | undefined): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

/** For programs. */
export function stepRow({ action, item, changes, kept }: Step): Readonly<Record<string, unknown>> {
  const { kind, place, name, at } = item;
  return {
    action,
    kind,
    place,
    name,
    ...(at === undefined ? {} : { at: `${at.file}:${at.line}` }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(kept === undefined ? {} : { kept }),
  };
}
