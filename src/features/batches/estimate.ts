import { setImmediate as nextTurn } from 'node:timers/promises';
import { can } from '../../access/authorize.ts';
import type { Permission } from '../../access/grants/roles.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { collectDependentsOfAll } from '../../content/artifacts/collect-dependents.ts';
import { findTagsOf } from '../../content/artifacts/shown/artifact-part-reads.ts';
import { blobsLeaving, FreedBytes } from '../../content/figures/freed-reads.ts';
import { findGuard, guardsOf, isOpen, type TagGuards } from '../../content/tags/tag-guards.ts';
import { pageOfTags } from '../../content/tags/tag-reads.ts';
import { because } from '../../lib/because.ts';
import type { Database } from '../../platform/db/database.ts';
import { whyOf } from './attempt-item.ts';
import { type Estimate, type NeededByAll, noRight, type Refusal } from './batch.ts';
import { contentOf } from './content-store.ts';
import type { FoundItems } from './find-items.ts';
import { estimateLabels } from './labels/estimate-labels.ts';

const turnEvery = 200;

export interface EstimateDeps {
  readonly db: Database;
  readonly neededByAll: NeededByAll;
}

/** What a batch would do as things are now, by the same guards; it changes nothing. */
export async function estimate(
  deps: EstimateDeps,
  asker: SignedInAsker,
  items: FoundItems,
): Promise<Estimate> {
  const { db } = deps;
  switch (items.action) {
    case 'delete-tags':
      return estimateTags(db, asker, items);
    case 'delete-artifacts':
      return estimateArtifacts(db, asker, items);
    case 'delete-repositories':
      return estimateRepositories(db, asker, items);
    case 'restore':
      return estimateRestore(deps, asker, items);
    case 'label-tags':
    case 'unlabel-tags':
    case 'label-artifacts':
    case 'unlabel-artifacts':
      return estimateLabels(db, asker, { ...items, action: items.action });
  }
}

/** What stands in the way of one comes back with it, where the asker may restore that. */
async function estimateRestore(
  { db, neededByAll }: EstimateDeps,
  asker: SignedInAsker,
  { found }: FoundItems,
): Promise<Estimate> {
  const ids = found.map(({ id }) => id);
  const needed = await neededByAll(db.reader, asker, ids);
  const staying = new Map<string, Refusal>();
  const back = new Map<number, { readonly name: string; readonly bytes: number }>();
  for (const { id, name, bytes = 0 } of found) {
    const { items = [], isHidden = false } = needed.get(id) ?? {};
    if (isHidden) {
      const reason = `${name} needs something else in the trash that you may not restore`;
      const refusal = {
        why: 'in the way',
        reason,
        because: because('needs hidden', { item: name }),
      } as const;
      // The same name may have been deleted more than once.
      staying.set(staying.has(name) ? `${name} #${id}` : name, refusal);
      continue;
    }
    back.set(id, { name, bytes });
    for (const each of items) back.set(each.id, each);
  }
  const own = new Set(ids);
  return {
    staying,
    tags: 0,
    artifacts: 0,
    bytes: [...back.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    needed: [...back].flatMap(([id, { name }]) => (own.has(id) ? [] : [name])),
  };
}

async function estimateTags(db: Database, asker: SignedInAsker, items: FoundItems): Promise<Estimate> {
  const guarded = await guardedPlace(db, asker, items);
  const staying = new Map<string, Refusal>();
  for (const [no, { name }] of items.found.entries()) {
    if (no % turnEvery === turnEvery - 1) await nextTurn();
    const refusal =
      lacking(asker, items, { permission: 'tag:delete', tag: name }) ?? (await guarded?.([name]));
    if (refusal !== undefined) staying.set(name, refusal);
  }
  return { staying, tags: items.found.length - staying.size, artifacts: 0, bytes: 0 };
}

async function estimateArtifacts(db: Database, asker: SignedInAsker, items: FoundItems): Promise<Estimate> {
  const { found } = items;
  const guarded = await guardedPlace(db, asker, items);
  const ids = found.map(({ id }) => id);
  const tags = Map.groupBy(
    await findTagsOf(db.reader, ids, Number.MAX_SAFE_INTEGER),
    ({ artifactId }) => artifactId,
  );
  const staying = new Map<string, Refusal>();
  for (const [no, { id, name }] of found.entries()) {
    if (no % turnEvery === turnEvery - 1) await nextTurn();
    const names = (tags.get(id) ?? []).map((tag) => tag.name);
    const refusal = lacking(asker, items, { permission: 'artifact:delete' }) ?? (await guarded?.(names));
    if (refusal !== undefined) staying.set(name, refusal);
  }
  const going = found.filter(({ name }) => !staying.has(name));
  const all = await collectDependentsOfAll(
    db.reader,
    going.map(({ id }) => id),
  );
  const gone = new Set(all.map(({ id }) => id));
  for (const { id, name } of going)
    if (!gone.has(id))
      staying.set(name, {
        why: 'in use',
        reason: `the artifact ${name} is listed by an index that stays`,
        because: because('listed by index', { digest: name, index: '' }),
      });
  const freed = new FreedBytes();
  freed.add(await blobsLeaving(db.reader, items.repositoryId ?? 0, all));
  const bytes = await freed.sum(db.reader, items.project?.id ?? 0);
  const tagCount = all.reduce((sum, { id }) => sum + (tags.get(id)?.length ?? 0), 0);
  return { staying, tags: tagCount, artifacts: all.length, bytes };
}

async function estimateRepositories(
  db: Database,
  asker: SignedInAsker,
  items: FoundItems,
): Promise<Estimate> {
  const projectId = items.project?.id ?? 0;
  const staying = new Map<string, Refusal>();
  const freed = new FreedBytes();
  let [tags, artifacts] = [0, 0];
  for (const { id, name } of items.found) {
    const path = name.slice(name.indexOf('/') + 1);
    const refusal =
      lacking(asker, items, { permission: 'repository:delete', path }) ??
      (await guardedRepository(db, await guardedPlace(db, asker, { ...items, place: name }), id));
    if (refusal !== undefined) {
      staying.set(name, refusal);
      continue;
    }
    const content = await contentOf(db.reader, id);
    tags += content.tags;
    artifacts += content.artifacts.length;
    freed.add(await blobsLeaving(db.reader, id, content.artifacts));
  }
  return { staying, tags, artifacts, bytes: await freed.sum(db.reader, projectId) };
}

const tagsAtOnce = 1000;

/** Of the first of its tags that must stay. */
async function guardedRepository(
  db: Database,
  guarded: Guarded | undefined,
  repositoryId: number,
): Promise<Refusal | undefined> {
  if (guarded === undefined) return undefined;
  for (let after = ''; ; ) {
    const { count, text } = await pageOfTags(db.reader, { repositoryId, after, count: tagsAtOnce });
    const tags = text === '' ? [] : text.split('","');
    const refusal = await guarded(tags);
    if (refusal !== undefined || count < tagsAtOnce) return refusal;
    after = tags.at(-1) ?? '';
    await nextTurn();
  }
}

type Guarded = (tags: readonly string[]) => Promise<Refusal | undefined>;

async function guardedPlace(
  db: Database,
  { actor }: SignedInAsker,
  items: FoundItems,
): Promise<Guarded | undefined> {
  const place = { projectId: items.project?.id ?? 0, repositoryName: items.place, actor };
  const guards: TagGuards = await guardsOf(db.reader, place, 'delete');
  if (isOpen(guards)) return undefined;
  return async (tags) => {
    const guard = await findGuard(db.reader, guards, { ...place, tags, change: 'delete' });
    return guard === undefined
      ? undefined
      : { why: whyOf(guard), reason: guard.message, because: guard.because };
  };
}

function lacking(
  { grants, now }: SignedInAsker,
  { project, place }: FoundItems,
  need: { readonly permission: Permission; readonly path?: string; readonly tag?: string },
): Refusal | undefined {
  const { permission, tag } = need;
  if (project === null) return undefined;
  const path = need.path ?? place.slice(project.name.length + 1);
  const at = { project, path, ...(tag === undefined ? {} : { tag }) };
  if (can(grants, permission, at, now).allowed) return undefined;
  return noRight(permission);
}
