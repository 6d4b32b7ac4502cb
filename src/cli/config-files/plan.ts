import { type Configuration, compareText, type Item, kinds, type Plain, sectionOf, system } from './item.ts';
import { holderAndPlace } from './written/shapes.ts';

export interface Change {
  readonly key: string;
  readonly before?: Plain;
  readonly after?: Plain;
}

/** What has to be done for the registry to be as the files say. */
export interface Step {
  /** `extra`: the files do not have it, and nobody said that it is to go. */
  readonly action: 'add' | 'change' | 'remove' | 'extra';
  /** As the files have it; of what they do not have, as it is. */
  readonly item: Item;
  readonly before?: Item;
  readonly changes: readonly Change[];
  /** Why it stays although everything that the files do not have goes. */
  readonly kept?: Kept;
}

export type Kept = 'own access' | 'has repositories';

/** Whose keys count one by one, since each is a thing of its own. */
const byKey: readonly string[] = ['settings', 'system', 'project'];

export interface PlanOptions {
  /** What the files do not have goes. */
  readonly prune: boolean;
  readonly keeps: (item: Item) => Kept | undefined;
}

export function planOf(wanted: Configuration, present: Configuration, options: PlanOptions): Step[] {
  const there = new Map(present.items.map((item) => [identity(item), item]));
  const adds: Step[] = [];
  const changed: Step[] = [];
  for (const item of wanted.items) {
    const before = there.get(identity(item));
    there.delete(identity(item));
    if (before === undefined) adds.push({ action: 'add', item, changes: [] });
    else {
      const changes = changesOf(item, before);
      if (changes.length > 0) changed.push({ action: 'change', item, before, changes });
    }
  }
  const extras = [...there.values()].filter((item) => wanted.sections.has(sectionOf(item)));
  const moved = pairRoles(
    adds,
    extras.filter((item) => options.keeps(item) === undefined),
  );
  const taken = new Set(moved.map(({ before }) => before));
  const given = new Set(moved.map(({ item }) => item));
  const removed = extras.filter((item) => !taken.has(item)).map((item) => removal(item, options));
  const steps = [...adds.filter(({ item }) => !given.has(item)), ...changed, ...moved, ...removed];
  return steps.flatMap(inTime).toSorted(byTime);
}

function identity(item: Item): string {
  return `${sectionOf(item)} ${item.name}`;
}

function changesOf(item: Item, before: Item): Change[] {
  const keys = byKey.includes(item.kind)
    ? Object.keys(item.fields)
    : [...new Set([...Object.keys(item.fields), ...Object.keys(before.fields)])];
  return keys.flatMap((key): Change[] => {
    const [was, is] = [before.fields[key], item.fields[key]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [
      {
        key,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
}

/** Another role for the same holder at the same place takes the place of the one that was there. */
function pairRoles(adds: readonly Step[], extras: readonly Item[]): Step[] {
  const left = new Map<string, Item[]>();
  for (const item of extras)
    if (item.kind === 'grant') left.set(slot(item), [...(left.get(slot(item)) ?? []), item]);
  return adds.flatMap(({ item }): Step[] => {
    const before = item.kind === 'grant' ? left.get(slot(item))?.shift() : undefined;
    if (before === undefined) return [];
    return [{ action: 'change', item, before, changes: changesOf(item, before) }];
  });
}

function slot(item: Item): string {
  return `${item.place} ${holderAndPlace(item.fields)}`;
}

function removal(item: Item, { prune, keeps }: PlanOptions): Step {
  const kept = prune ? keeps(item) : undefined;
  if (kept !== undefined) return { action: 'extra', item, changes: [], kept };
  return { action: prune ? 'remove' : 'extra', item, changes: [] };
}

/** Settings that keep the other steps from being done, once they are on. */
const last = ['read_only', 'separation_of_duties'];

function isLast({ key, after }: Change): boolean {
  return after === true && last.includes(key);
}

function inTime(step: Step): Step[] {
  if (step.item.kind !== 'settings') return [step];
  const parts = [step.changes.filter((each) => !isLast(each)), step.changes.filter(isLast)];
  return parts.filter((changes) => changes.length > 0).map((changes) => ({ ...step, changes }));
}

/** Each when what it needs is there: things are made in the order of the kinds, and go in the opposite one. */
function timeOf({ action, item, changes }: Step): number {
  const rank = kinds.indexOf(item.kind);
  if (changes.some(isLast)) return 4 * kinds.length;
  // Where duties are separated nobody gets one before the other is gone.
  if (action === 'remove' && item.kind === 'grant' && item.place === system) return rank - 0.5;
  return action === 'remove' || action === 'extra' ? 3 * kinds.length - rank : rank;
}

function byTime(one: Step, other: Step): number {
  return (
    timeOf(one) - timeOf(other) ||
    compareText(one.item.place, other.item.place) ||
    compareText(one.item.name, other.item.name)
  );
}
