import { requireInProject } from '../../access/denied.ts';
import { findProjectById, type Project } from '../../access/projects/project-reads.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { findSchedule } from '../../platform/jobs/rows/schedule-reads.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { changePolicy, createPolicy, deletePolicy } from './change-policy.ts';
import { findPolicyFor } from './find-policy-for.ts';
import { metadataSchema, retentionMetadata } from './metadata.ts';
import { policyOf, policySchema, policyView } from './policy-view.ts';
import { retentionKind } from './retention-kind.ts';

interface Deps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
}

export const retentionTag = 'Retention';
export const retentionPath = '/api/v2.0/retentions';
export const pathOfPolicy = `${retentionPath}/{id}`;

export const policyId = {
  id: {
    in: 'path',
    required: true,
    description: 'The id of the policy, which the metadata of its project have as retention_id.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const body = { name: 'policy', schema: policySchema } as const;

/** Harbor's operations on the policies by which artifacts of a project stay or go. */
export function policyRoutes(deps: Deps): readonly RestRoute[] {
  return [metadataRoute(), createRoute(deps), readRoute(deps), updateRoute(deps), deleteRoute(deps)];
}

function metadataRoute(): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${retentionPath}/metadatas`,
    operationId: 'getRentenitionMetadata',
    tag: retentionTag,
    summary: 'What a policy may be made of.',
    needs: 'signed-in',
    parameters: {},
    answers: { 200: { description: 'Templates of rules, and what selects.', schema: metadataSchema } },
    refusals: [401],
    run: async () => ({ status: 200, body: retentionMetadata }),
  });
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path: retentionPath,
    operationId: 'createRetention',
    tag: retentionTag,
    summary: 'Gives a project a policy; it has at most one.',
    needs: 'signed-in',
    parameters: {},
    body,
    answers: { 201: { description: 'Made.', headers: ['Location'] } },
    refusals: [400, 401, 403, 409],
    run: async ({ body: given }, asker) => {
      const { level, ref = 0 } = given.scope ?? {};
      const project = await projectOf(deps, asker, ref);
      if (level !== 'project')
        throw new AppError('BAD_REQUEST', {
          message: `scope ${JSON.stringify(level ?? '')} is not supported: give project`,
        });
      const policy = policyOf(given, { untag: false, keepPulledDays: 0 });
      const id = await createPolicy(deps, { project, actor: asker.actor, policy });
      return { status: 201, headers: { Location: `${retentionPath}/${id}` } };
    },
  });
}

/** @throws AppError BAD_REQUEST where there is no such project, for who would see it */
async function projectOf(deps: Deps, asker: SignedInAsker, ref: number): Promise<Project> {
  const project = await findProjectById(deps.db.reader, ref);
  try {
    const named = String(ref);
    return await requireInProject(deps, asker, { permission: 'tag-retention:create', project, named });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    throw new AppError('BAD_REQUEST', { message: `invalid Project id ${ref}` }, { cause: error });
  }
}

function readRoute({ db }: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: pathOfPolicy,
    operationId: 'getRetention',
    tag: retentionTag,
    summary: 'A policy.',
    needs: 'signed-in',
    parameters: policyId,
    answers: { 200: { description: 'It.', schema: policySchema } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { id } }, asker) => {
      const { projectId, policy } = await findPolicyFor({ db }, asker, { id, action: 'read' });
      const schedule = await findSchedule(db.reader, { vendorType: retentionKind, vendorId: id });
      return { status: 200, body: policyView({ id, projectId, policy, nextAt: schedule?.nextAt }) };
    },
  });
}

function updateRoute(deps: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'PUT',
    path: pathOfPolicy,
    operationId: 'updateRetention',
    tag: retentionTag,
    summary:
      'Replaces a policy. The next run by schedule then waits for a review, unless a setting says otherwise.',
    needs: 'signed-in',
    parameters: policyId,
    body,
    answers: { 200: { description: 'Changed.' } },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ parameters: { id }, body: given }, asker) => {
      const { project, policy: known } = await findPolicyFor(deps, asker, { id, action: 'update' });
      const ref = given.scope?.ref ?? project.id;
      if (ref !== project.id)
        throw new AppError('NOT_FOUND', {
          message: `the retention policy id ${id} does not match project ${ref}`,
        });
      await changePolicy(deps, { id, project, actor: asker.actor, policy: policyOf(given, known) });
      return { status: 200 };
    },
  });
}

function deleteRoute(deps: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'DELETE',
    path: pathOfPolicy,
    operationId: 'deleteRetention',
    tag: retentionTag,
    summary: 'Takes the policy of a project away; nothing is deleted by it any more.',
    needs: 'signed-in',
    parameters: policyId,
    answers: { 200: { description: 'Gone.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { id } }, asker) => {
      const { project } = await findPolicyFor(deps, asker, { id, action: 'delete' });
      await deletePolicy(deps, { id, project, actor: asker.actor });
      return { status: 200 };
    },
  });
}
