import { requireInProject } from '../../access/denied.ts';
import { findProject, type Project } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { holdsPart } from '../../access/visible.ts';
import { findRepositoryTags } from '../../content/artifacts/shown/repository-tag-reads.ts';
import { findVisibleRepositoryId } from '../../content/repositories/repository-reads.ts';
import { because } from '../../lib/because.ts';
import { daysBefore } from '../../lib/days-before.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Queries } from '../../platform/db/database.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';
import { batchActions, type Item, type LabelOfBatch, mostItems } from './batch.ts';
import { isLabelAction } from './labels/is-label-action.ts';
import { requireLabel } from './labels/require-label.ts';

type Rights = Pick<SignedInAsker, 'grants' | 'now'>;

/** The lists of other features, all pages at once. */
export interface Lists {
  readonly artifacts: (
    db: Queries,
    of: { readonly repositoryId: number; readonly q: string | undefined; readonly limit: number },
  ) => Promise<readonly Item[]>;
  readonly repositories: (
    deps: { readonly db: Database },
    asker: Rights,
    of: { readonly projectId: number; readonly q: string | undefined; readonly limit: number },
  ) => Promise<readonly Item[]>;
  readonly trash: (
    db: Queries,
    asker: Rights,
    of: { readonly q: string | undefined; readonly limit: number },
  ) => Promise<readonly (Item & { readonly bytes: number })[]>;
}

/** As the body has it. */
export interface Asked {
  readonly action?: string;
  readonly project?: string;
  readonly repository?: string;
  readonly items?: readonly string[];
  readonly matching?: { readonly q?: string; readonly name?: string; readonly older_than_days?: number };
  readonly except?: readonly string[];
  readonly count?: number;
  readonly label_id?: number;
}

export interface FoundItems {
  readonly action: BatchAction;
  readonly place: string;
  readonly project: Project | null;
  readonly repositoryId: number | null;
  /** Before it was looked for: what changes behind this was not seen. */
  readonly askedAt: number;
  readonly found: readonly (Item & { readonly bytes?: number })[];
  /** Named, and not there. */
  readonly missing: readonly string[];
  /** What is put on them, or taken. */
  readonly label?: LabelOfBatch;
}

/**
 * What somebody means, as it is now: the very things that the list shows them.
 * @throws AppError BAD_REQUEST; PRECONDITION when more match than they saw; what the list is refused with
 */
export async function findItems(
  deps: { readonly db: Database; readonly lists: Lists },
  asker: SignedInAsker,
  asked: Asked,
): Promise<FoundItems> {
  const action = readAction(asked.action);
  requireTexts(asked);
  requireOwnFilter(action, asked);
  const names = namesIn(asked);
  const limit = mostItems + 1;
  const askedAt = await deps.db.now();
  const place = await placeOf(deps, asker, action, asked);
  const projectId = place.project?.id ?? 0;
  const label = isLabelAction(action)
    ? await requireLabel(deps.db.reader, { id: asked.label_id, projectId })
    : undefined;
  const left = new Set(leftOut(asked));
  const all = await match(deps, asker, { action, place, asked, names, askedAt, limit });
  if (all.length > mostItems)
    throw bad(`more than ${mostItems} things match`, 'narrow the filter and change them in several steps');
  const nameOf = ({ name, id }: Item): string => (action === 'restore' ? String(id) : name);
  const there = new Set(all.map(nameOf));
  const missing = (names ?? []).filter((name) => !there.has(name));
  const found = all.filter((item) => !left.has(nameOf(item)));
  const { count } = asked;
  if (names === undefined && (count === undefined || count < 0))
    throw bad('count is missing', 'tell how many of them were shown, so that no others go, too');
  if (names === undefined && count !== undefined && found.length > count)
    throw new AppError('PRECONDITION', {
      message: `${found.length} match by now, ${count} were shown`,
      detail: 'look at the list again; nothing was changed',
      because: because('more match', { found: String(found.length), shown: String(count) }),
    });
  if (found.length === 0) throw bad('nothing of that is there', 'look at the list again');
  return { action, ...place, askedAt, found, missing, ...(label === undefined ? {} : { label }) };
}

function readAction(text: string | undefined): BatchAction {
  const action = batchActions.find((each) => each === text);
  if (action === undefined)
    throw bad('action says nothing that can be done', `use one of ${batchActions.join(', ')}`);
  return action;
}

/** PostgreSQL takes no text with NUL, and nothing is called so. */
function requireTexts({ project, repository, matching }: Asked): void {
  const texts = [project, repository, matching?.q, matching?.name];
  if (texts.some((text) => text?.includes('\0') === true))
    throw bad('a text has a NUL in it', 'leave it out: nothing is called so');
}

/** What a list is not filtered by would else be no filter: all that is there would match. */
function requireOwnFilter(action: BatchAction, { matching = {} }: Asked): void {
  const { q, name, older_than_days: days } = matching;
  if (isOfTags(action) && q !== undefined)
    throw bad('tags are not matched by q', 'use name and older_than_days');
  if (!isOfTags(action) && (name !== undefined || days !== undefined))
    throw bad('name and older_than_days match tags only', 'use q, as the list has it');
}

function isOfTags(action: BatchAction): boolean {
  return action === 'delete-tags' || action === 'label-tags' || action === 'unlabel-tags';
}

/** Undefined: all that match. */
function namesIn({ items, matching }: Asked): readonly string[] | undefined {
  if ((items === undefined) === (matching === undefined))
    throw bad('either items or matching has to be given', 'name the things, or the filter of the list');
  if (items === undefined) return undefined;
  if (items.length === 0) throw bad('items is empty', 'name what is to be changed');
  requireNames(items);
  return [...new Set(items)];
}

/** Of all that match. */
function leftOut({ matching, except = [] }: Asked): readonly string[] {
  if (matching === undefined && except.length > 0)
    throw bad('except goes with matching only', 'leave those out of items');
  requireNames(except);
  return except;
}

function requireNames(items: readonly string[]): void {
  if (items.length > mostItems) throw bad(`more than ${mostItems} items`, 'change them in several steps');
  const odd = items.find((name) => !/^[\w./:+-]{1,400}$/.test(name));
  if (odd !== undefined)
    throw bad(`"${odd.slice(0, 100).replaceAll('\0', '')}" is no name`, 'use names as the list has them');
}

type Place = Pick<FoundItems, 'place' | 'project' | 'repositoryId'>;

/** Whoever may not see the list is answered as by the list. */
async function placeOf(
  { db }: { readonly db: Database },
  asker: SignedInAsker,
  action: BatchAction,
  { project: named = '', repository: path = '' }: Asked,
): Promise<Place> {
  if (action === 'restore') return { place: '', project: null, repositoryId: null };
  if (named === '') throw bad('project is missing', 'name the project that the things are in');
  const project = /^[a-z0-9._-]{1,255}$/.test(named) ? await findProject(db.reader, named) : undefined;
  if (action === 'delete-repositories') {
    // Those of which somebody sees some are listed: the list itself holds no others.
    const permission = 'repository:list';
    if (project === undefined || !holdsPart(asker, permission, project))
      await requireInProject({ db }, asker, { permission, project, named });
    return { place: named, project: project ?? null, repositoryId: null };
  }
  if (path === '') throw bad('repository is missing', 'name the repository, without its project');
  const permission = isOfTags(action) ? 'tag:list' : 'artifact:list';
  const admitted = await requireInProject({ db }, asker, { permission, project, named, path });
  const place = `${admitted.name}/${path}`;
  const repositoryId = path.length > 255 ? undefined : await findVisibleRepositoryId(db.reader, place);
  if (repositoryId === undefined)
    throw new AppError('NOT_FOUND', { message: `repository ${place.slice(0, 300)} not found` });
  return { place, project: admitted, repositoryId };
}

interface Matching {
  readonly action: BatchAction;
  readonly place: Place;
  readonly asked: Asked;
  readonly names: readonly string[] | undefined;
  readonly askedAt: number;
  readonly limit: number;
}

function match(
  { db, lists }: { readonly db: Database; readonly lists: Lists },
  asker: SignedInAsker,
  { action, place, asked, names, askedAt, limit }: Matching,
): Promise<readonly (Item & { readonly bytes?: number })[]> {
  const { q, name: part = '', older_than_days: days } = asked.matching ?? {};
  const any = (key: string): string | undefined => (names === undefined ? q : `${key}={${names.join(' ')}}`);
  const repositoryId = place.repositoryId ?? 0;
  switch (action) {
    case 'delete-tags':
    case 'label-tags':
    case 'unlabel-tags':
      return findRepositoryTags(db.reader, {
        repositoryId,
        limit,
        ...(names === undefined ? {} : { names }),
        ...(part === '' ? {} : { part }),
        ...(days === undefined ? {} : { pushedBefore: daysBefore(askedAt, days) }),
      });
    case 'delete-artifacts':
    case 'label-artifacts':
    case 'unlabel-artifacts':
      return lists.artifacts(db.reader, { repositoryId, q: any('digest'), limit });
    case 'delete-repositories':
      return lists.repositories({ db }, asker, { projectId: place.project?.id ?? 0, q: any('name'), limit });
    case 'restore':
      return lists.trash(db.reader, asker, { q: any('id'), limit });
  }
}

function bad(message: string, detail: string): AppError {
  return new AppError('BAD_REQUEST', { message, detail });
}
