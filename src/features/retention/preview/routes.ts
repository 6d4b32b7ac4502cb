import { projectParameters } from '../../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { append } from '../../../platform/events/append.ts';
import type { Bound } from '../../../platform/http/api/schema.ts';
import { type RetentionPolicy, requirePolicy } from '../plan/policy.ts';
import { retentionPath } from '../policy-routes.ts';
import { policyOf, policySchema } from '../policy-view.ts';
import { defaultPolicyId, policyInForce } from '../store/default-store.ts';
import { findPlan, insertPlan, partsOfPlan } from '../store/plan-store.ts';
import { applyPlan, requirePlan } from './apply-plan.ts';
import { changesBetween, planProject } from './plan-project.ts';
import {
  decisionSchema,
  decisionView,
  dropsSchema,
  dropsView,
  planProperties,
  planView,
  totalsProperties,
  totalsView,
} from './plan-view.ts';

interface Deps {
  readonly db: Database;
}

const tag = 'retention';
const base = '/api/berth/v1/projects/{project_name_or_id}/retention';
const pathOfPlan = `${base}/plans/{plan_id}`;
/** How long a plan may be carried out. */
export const planLifeMs = 24 * 60 * 60 * 1000;
/** How many decisions, and how many differences, an answer has in it; those to drop come first. */
const maxShown = 5000;

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

const ofPlan = {
  ...projectParameters,
  plan_id: { in: 'path', required: true, description: 'The id of the plan.', schema: number },
} as const;

/** What a policy would do, before it does it. */
export function previewRoutes(deps: Deps): readonly RestRoute[] {
  return [previewRoute(deps), planRoute(deps), applyRoute(deps)];
}

function previewRoute({ db }: Deps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path: `${base}/preview`,
    operationId: 'previewRetention',
    tag,
    summary: 'What the policy of a project, or another one, would let go, and why; deletes nothing.',
    needs: 'project',
    permission: 'tag-retention:read',
    parameters: projectParameters,
    body: {
      name: 'preview',
      schema: {
        type: 'object',
        properties: {
          policy: { ...policySchema, description: 'Instead of the one that the project has.' },
          compare: { ...policySchema, description: 'A second one, to see what it does differently.' },
        },
      },
    },
    answers: {
      200: {
        description: 'A plan that may be carried out within a day, as long as nothing of it changes.',
        schema: {
          type: 'object',
          properties: {
            ...planProperties,
            policy_of: { type: 'string', description: 'project, system (its default) or request.' },
            decisions: { type: 'array', items: decisionSchema },
            left_out: { ...number, description: 'Decisions that are not shown.' },
            compared: {
              type: 'object',
              properties: { ...totalsProperties, changes: { type: 'array', items: text } },
            },
          },
        },
      },
    },
    refusals: [400, 401, 403, 404, 409],
    run: async ({ body }, { project, actor }) => {
      const own = await policyInForce(db.reader, project.id);
      const policy = body.policy === undefined ? own?.policy : given(body.policy);
      if (policy === undefined)
        throw new AppError('BAD_REQUEST', {
          message: `project ${project.name} has no retention policy`,
          detail: 'give one in the body, or make one',
        });
      const definition = requirePolicy(policy);
      const compare = body.compare === undefined ? undefined : given(body.compare);
      const now = await db.now();
      const { kept, dropped, each, leftOut } = collector();
      const planned = await planProject(db, { projectId: project.id, policy, now, each });
      const compared =
        compare === undefined
          ? undefined
          : await planProject(db, { projectId: project.id, policy: compare, now });
      const id = await db.transaction(async (tx) => {
        const plan = {
          projectId: project.id,
          definition,
          madeAt: now,
          expiresAt: now + planLifeMs,
          madeBy: actor.principal,
          reason: '',
        };
        const planId = await insertPlan(tx, plan, planned);
        const event = { type: 'retention.planned', at: now, actor, projectId: project.id } as const;
        await append(tx, {
          ...event,
          object: project.name,
          data: { plan: planId, ...totalsView(planned.totals) },
        });
        return planId;
      });
      const stored = await findPlan(db.reader, id);
      return {
        status: 200,
        body: {
          ...(stored === undefined ? {} : planView(stored, own?.definition)),
          policy_of:
            body.policy !== undefined ? 'request' : own?.id === defaultPolicyId ? 'system' : 'project',
          decisions: [...dropped, ...kept.slice(0, maxShown - dropped.length)],
          left_out: leftOut(),
          ...(compared === undefined
            ? {}
            : {
                compared: {
                  ...totalsView(compared.totals),
                  changes: changesBetween(planned.repositories, compared.repositories).slice(0, maxShown),
                },
              }),
        },
      };
    },
  });
}

/** @throws AppError BAD_REQUEST, CONFLICT */
function given(body: Bound<typeof policySchema>): RetentionPolicy {
  const policy = policyOf(body, { untag: false, keepPulledDays: 0 });
  requirePolicy(policy);
  return policy;
}

type Each = NonNullable<Parameters<typeof planProject>[1]['each']>;

/** As many decisions as are shown. */
function collector() {
  const [kept, dropped]: [object[], object[]] = [[], []];
  let seen = 0;
  const each: Each = (repository, verdicts, unique) => {
    for (const verdict of verdicts) {
      seen += 1;
      const into = verdict.keep ? kept : dropped;
      if (into.length < maxShown)
        into.push(decisionView(repository, verdict, unique.get(verdict.candidate.id) ?? 0));
    }
  };
  const leftOut = (): number => Math.max(0, seen - Math.min(maxShown, kept.length + dropped.length));
  return { kept, dropped, each, leftOut };
}

function planRoute(deps: Deps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: pathOfPlan,
    operationId: 'getRetentionPlan',
    tag,
    summary: 'A plan: what goes, from which repositories.',
    needs: 'project',
    permission: 'tag-retention:read',
    parameters: ofPlan,
    answers: {
      200: {
        description: 'It.',
        schema: { type: 'object', properties: { ...planProperties, repositories: dropsSchema } },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters: { plan_id: id } }, { project }) => {
      const plan = await requirePlan(deps, project, id);
      const parts = await partsOfPlan(deps.db.reader, id);
      const inForce = (await policyInForce(deps.db.reader, project.id))?.definition;
      return { status: 200, body: { ...planView(plan, inForce), repositories: dropsView(parts) } };
    },
  });
}

function applyRoute(deps: Deps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path: `${pathOfPlan}/apply`,
    operationId: 'applyRetentionPlan',
    tag,
    summary:
      'Carries out a plan as it was made, once, unless something has changed since: then it says what.',
    needs: 'project',
    permission: 'tag-retention:update',
    parameters: ofPlan,
    answers: {
      202: {
        description: 'A run does it.',
        headers: ['Location'],
        schema: { type: 'object', properties: { policy_id: number, execution_id: number, job_id: number } },
      },
    },
    refusals: [401, 403, 404, 409, 412],
    run: async ({ parameters: { plan_id: planId } }, { project, actor }) => {
      const { policyId, executionId, jobId } = await applyPlan(deps, { project, planId, actor });
      return {
        status: 202,
        headers: {
          Location:
            policyId === defaultPolicyId
              ? `/api/berth/v1/jobs/${jobId}`
              : `${retentionPath}/${policyId}/executions/${executionId}`,
        },
        body: { policy_id: policyId, execution_id: executionId, job_id: jobId },
      };
    },
  });
}
