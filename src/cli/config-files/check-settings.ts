import { nearest } from '../../platform/config/nearest.ts';
import { atKey } from './check-references.ts';
import type { Configuration, Item, Plain } from './item.ts';
import type { Step } from './plan.ts';
import { type Registry, unlessDenied } from './registry/registry.ts';
import { fileTexts } from './text.ts';
import type { Problems } from './written/problems.ts';

type Settings = Awaited<ReturnType<Registry['settings']>>;

/** Whether there are such settings, of such types, and whether projects are as they lock them. */
export async function checkSettings(of: {
  readonly registry: Registry;
  readonly wanted: Configuration;
  readonly steps: readonly Step[];
  readonly problems: Problems;
}): Promise<void> {
  const { registry, wanted, steps, problems } = of;
  const item = wanted.items.find(({ kind }) => kind === 'settings');
  const projects = steps.filter(({ item: { kind } }) => kind === 'project');
  if (item === undefined && projects.length === 0) return;
  const all = item === undefined ? await unlessDenied(() => registry.settings()) : await registry.settings();
  if (all === undefined) return;
  if (item !== undefined) checkKeys(item, all, problems);
  const value = (key: string): unknown => item?.fields[key] ?? all[key]?.value;
  for (const step of projects) {
    const { public: open, storage_limit: limit } = asked(step);
    const isPublic = value('project_public_default');
    if (value('project_public_locked') === true && (open ?? isPublic) !== isPublic)
      problems.add(atKey(step.item, 'public'), fileTexts.publicLocked, { value: String(isPublic) });
    const size = value('storage_per_project');
    if (value('project_storage_locked') === true && (limit ?? size) !== size)
      problems.add(atKey(step.item, 'storage_limit'), fileTexts.storageLocked, { value: String(size) });
  }
}

/** What is as it was before is not asked for. */
function asked({ action, item, changes }: Step): Readonly<Record<string, Plain | undefined>> {
  if (action === 'add') return item.fields;
  return Object.fromEntries(changes.map(({ key, after }) => [key, after]));
}

function checkKeys(item: Item, all: Settings, problems: Problems): void {
  for (const [key, value] of Object.entries(item.fields)) {
    const at = atKey(item, key);
    const setting = Object.hasOwn(all, key) ? all[key] : undefined;
    if (setting?.value === undefined) {
      const near = nearest(key, Object.keys(all));
      const text = near === undefined ? fileTexts.settingUnknown : fileTexts.settingNear;
      problems.add(at, text, { key, near: near ?? '' });
    } else if (typeof value !== typeof setting.value)
      problems.add(at, fileTexts.settingType, { key, type: typeText(setting.value) });
    else if (setting.editable !== true && value !== setting.value)
      problems.add(at, fileTexts.settingFixed, { key, value: JSON.stringify(setting.value) });
  }
}

function typeText(value: unknown): string {
  if (typeof value === 'boolean') return 'true / false';
  return typeof value === 'number' ? '123' : '"…"';
}
