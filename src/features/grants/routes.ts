import { administersSystem, readsSystem } from '../../access/authorize.ts';
import { requireMemberUnlocked } from '../../access/defaults/require-unlocked.ts';
import { requireInProject } from '../../access/denied.ts';
import { systemMark } from '../../access/grants/access-list.ts';
import { giveRights, takeRights } from '../../access/grants/give-rights.ts';
import { type GrantFilter, type ListedGrant, pageOfGrants } from '../../access/grants/grant-page-reads.ts';
import { revokeGrant } from '../../access/grants/grant-role.ts';
import { systemAdmin } from '../../access/grants/roles.ts';
import { kindOfRights } from '../../access/grants/written/kind-of-rights.ts';
import { parsePlace } from '../../access/grants/written/parse-place.ts';
import { parseRights } from '../../access/grants/written/parse-rights.ts';
import { principalName } from '../../access/principal.ts';
import { findProject, findProjectById } from '../../access/projects/project-reads.ts';
import { requireGrantsHeld } from '../../access/require-held.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { listOwnRoles, type OwnRole } from '../../access/roles/role-reads.ts';
import { findUser } from '../../access/users/user-reads.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { grantSchema, grantView, newGrantSchema } from './grant-view.ts';
import { readEnd } from './read-end.ts';
import { findWho, parseWho, parseWhoPart, type Who } from './who.ts';

export interface GrantDeps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
  /** What robots' names begin with, at this moment. */
  readonly prefix: () => string;
}

const path = '/api/berth/v1/grants';
const tag = 'grant';
const text = { type: 'string' } as const;

const grantId = {
  grant_id: {
    in: 'path',
    required: true,
    description: 'The id of the grant.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

/** Who may do what where, down to one repository and its tags. */
export function grantRoutes(deps: GrantDeps): readonly RestRoute[] {
  return [listRoute(deps), getRoute(deps), createRoute(deps), deleteRoute(deps)];
}

function listRoute({ db, prefix }: GrantDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId: 'listGrants',
    tag,
    summary: 'What was granted in projects whose members the asker may list, and to the asker.',
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      project: { in: 'query', description: 'In this project only.', schema: text },
      holder: { in: 'query', description: 'Of bob, group:makers or robot:team+ci only.', schema: text },
      holder_contains: {
        in: 'query',
        description: 'Of those whose names contain this; group: and robot: before it are their kinds.',
        schema: text,
      },
      through_groups: {
        in: 'query',
        description:
          'With an account as holder: also what its groups have. Of other accounts for administrators and auditors of the system.',
        schema: { type: 'boolean', default: false },
      },
      role: { in: 'query', description: 'Of this role, or of these actions, only.', schema: text },
    },
    answers: {
      200: {
        description: 'One page, in the order in which it was granted.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: grantSchema },
      },
    },
    refusals: [400, 401, 403],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      const { project: name, holder, holder_contains: part, through_groups: through, role } = call.parameters;
      const project = name === undefined ? undefined : await findNamed(db, name);
      const none = name !== undefined && project === undefined;
      const filter: GrantFilter = {
        ...seenBy(asker),
        ...(project === undefined ? {} : { projectId: project.id }),
        ...(holder === undefined
          ? {}
          : await heldBy(db, asker, { who: parseWho(holder, prefix()), through })),
        ...(part === undefined ? {} : { parts: parseWhoPart(part, prefix()) }),
        ...(role === undefined ? {} : { role: parseRights(role, await listOwnRoles(db.reader)) }),
      };
      const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
      const { rows, count } = none
        ? { rows: [], count: 0 }
        : await pageOfGrants(db.reader, { ...filter, offset: offsetOf(page), limit });
      return pageAnswer(call, page, { items: rows.map((row) => grantView(row, prefix())), total: count });
    },
  });
}

function getRoute({ db, prefix }: GrantDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${path}/{grant_id}`,
    operationId: 'getGrant',
    tag,
    summary: 'One of those that the list shows.',
    needs: 'signed-in',
    parameters: grantId,
    answers: { 200: { description: 'It.', schema: grantSchema } },
    refusals: [401, 404],
    run: async ({ parameters }, asker) => ({
      status: 200,
      body: grantView(await requireSeen(db, asker, parameters.grant_id), prefix()),
    }),
  });
}

function createRoute(deps: GrantDeps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path,
    operationId: 'createGrant',
    tag,
    summary: 'Lets an account, a group or a robot account do something somewhere.',
    needs: 'signed-in',
    parameters: {},
    body: { name: 'grant', schema: newGrantSchema },
    answers: {
      200: { description: 'It was there; its end is the one that was sent.', schema: grantSchema },
      201: { description: 'Granted.', headers: ['Location'], schema: grantSchema },
    },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ body }, asker) => {
      const { db } = deps;
      const own = await listOwnRoles(db.reader);
      const role = parseRights(body.role ?? '', own);
      const expiresAt = readEnd(body.expires_at);
      const who = parseWho(body.who ?? '', deps.prefix());
      const where = await requireGivable(deps, asker, { role, own, where: body.where ?? '' });
      const holder = await findWho(db.reader, who, body.group_type);
      // An end takes it.
      if (expiresAt !== undefined && where.repositoryPattern === undefined && body.tag === undefined)
        requireMemberUnlocked(deps.settings, { ...holder, role });
      const { id, isNew } = await giveRights(deps, {
        holder,
        role,
        ...where,
        ...(body.tag === undefined ? {} : { tagPattern: body.tag }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        actor: asker.actor,
      });
      const granted = await findGrant(db, { id });
      return {
        status: isNew ? 201 : 200,
        ...(isNew ? { headers: { Location: `${path}/${id}` } } : {}),
        body: granted === undefined ? { id } : grantView(granted, deps.prefix()),
      };
    },
  });
}

function deleteRoute(deps: GrantDeps): RestRoute {
  return restRoute.signedIn({
    method: 'DELETE',
    path: `${path}/{grant_id}`,
    operationId: 'deleteGrant',
    tag,
    summary: 'Takes back what was granted; it counts no longer, at once and on every instance.',
    needs: 'signed-in',
    parameters: grantId,
    answers: { 200: { description: 'Taken back.' } },
    refusals: [401, 403, 404, 412],
    run: async ({ parameters }, asker) => {
      const { db } = deps;
      const grant = await requireSeen(db, asker, parameters.grant_id);
      const { projectId, projectName, role, holder } = grant;
      if (projectId === null) requireAdministrator(asker);
      else {
        const project = await findProjectById(db.reader, projectId);
        await requireInProject(deps, asker, {
          permission: 'member:delete',
          project,
          named: projectName ?? String(projectId),
        });
      }
      if (grant.scope === 'project' && grant.tagPattern === null)
        requireMemberUnlocked(deps.settings, { kind: grant.kind, name: holder, role });
      const { actor } = asker;
      if (role === systemAdmin)
        await takeRights(deps, { holder: { kind: 'user', name: holder }, role, projectId, actor });
      else await revokeGrant(deps, { grant, actor });
      return { status: 200 };
    },
  });
}

/** @throws AppError DENIED for who may not know in which groups somebody is */
async function heldBy(
  db: Database,
  { principal, grants, now }: SignedInAsker,
  { who, through }: { readonly who: Who; readonly through: boolean | undefined },
): Promise<Pick<GrantFilter, 'holder' | 'ofUser'>> {
  if (through !== true || who.kind !== 'user') return { holder: who };
  const isSelf = principal.kind === 'user' && principal.username === who.name;
  if (!isSelf && !readsSystem(grants, now))
    throw new AppError('DENIED', {
      message: 'in which groups others are only administrators and auditors of the system may ask',
      detail: 'leave out through_groups, or ask about yourself',
    });
  const user = await findUser(db.reader, who.name);
  return user === undefined ? { holder: who } : { ofUser: user.id };
}

/** Everything for administrators of the system and auditors; else of projects whose members they may list, and their own. */
function seenBy({ principal, grants, now }: SignedInAsker): Pick<GrantFilter, 'seenBy'> {
  if (readsSystem(grants, now)) return {};
  const places = visibleTo(grants, 'member:list', now);
  const projectIds = places.kind === 'all' ? 'all' : places.projectIds;
  return { seenBy: { projectIds, userId: principal.kind === 'user' ? principal.id : undefined } };
}

async function findGrant(db: Database, filter: GrantFilter): Promise<ListedGrant | undefined> {
  return (await pageOfGrants(db.reader, { ...filter, offset: 0, limit: 1 })).rows[0];
}

/** What is hidden is as what is missing. */
async function requireSeen(db: Database, asker: SignedInAsker, id: number): Promise<ListedGrant> {
  const grant = await findGrant(db, { ...seenBy(asker), id });
  if (grant === undefined) throw new AppError('NOT_FOUND', { message: `grant ${id} not found` });
  return grant;
}

/**
 * Where it is granted, by somebody who may grant there, and has it.
 * @throws AppError BAD_REQUEST, DENIED, NOT_FOUND
 */
async function requireGivable(
  { db }: GrantDeps,
  asker: SignedInAsker,
  { role, own, where }: { readonly role: string; readonly own: readonly OwnRole[]; readonly where: string },
): Promise<{ readonly projectId: number | null; readonly repositoryPattern?: string }> {
  const place = parsePlace(where);
  if (place.kind === 'system') {
    requireAdministrator(asker);
    // Roles of the system are nowhere else, so that the word is no project's name.
    if (kindOfRights(role, own) === 'in projects') await requireNoProjectSystem(db);
    return { projectId: null };
  }
  const { project: named, repositoryPattern } = place;
  const found = await findProject(db.reader, named);
  const { id } = await requireInProject({ db }, asker, {
    permission: 'member:create',
    project: found,
    named,
  });
  const scope = repositoryPattern === undefined ? 'project' : 'repository';
  requireGrantsHeld(asker, [
    {
      role,
      scope,
      projectId: id,
      repositoryPattern: repositoryPattern ?? null,
      permissions: listOf(own, role),
    },
  ]);
  return { projectId: id, ...(repositoryPattern === undefined ? {} : { repositoryPattern }) };
}

/** Whoever has such a project may mean it, and would open all others. */
async function requireNoProjectSystem(db: Database): Promise<void> {
  if ((await findProject(db.reader, 'system')) === undefined) return;
  throw new AppError('BAD_REQUEST', {
    message: 'there is a project called system: this would count in every project',
    detail: 'write system/** for the repositories of that project, or make somebody a member of it',
  });
}

function requireAdministrator({ principal, grants, now }: SignedInAsker): void {
  if (principal.kind === 'user' && administersSystem(grants, now)) return;
  throw new AppError('DENIED', {
    message: `${principalName(principal)} may not grant or revoke anything on the whole system: that needs ${systemAdmin}`,
    detail: 'ask an administrator of the system',
  });
}

function findNamed(db: Database, name: string) {
  return /^[a-z0-9._-]{1,255}$/.test(name) ? findProject(db.reader, name) : undefined;
}

/** What a role of the registry's own confers, as grants of it are read; null for all others. */
function listOf(own: readonly OwnRole[], role: string): string | null {
  const found = own.find(({ name }) => name === role);
  if (found === undefined) return null;
  return `${found.level === 'system' ? systemMark : ''}${found.permissions.join(' ')}`;
}
