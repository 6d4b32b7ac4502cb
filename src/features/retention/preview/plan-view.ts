import { apiTime } from '../../../platform/http/api/api-time.ts';
import type { Verdict } from '../plan/evaluate.ts';
import { reasonText } from '../plan/reason-text.ts';
import type { CandidateRepository } from '../store/candidate-store.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { decideAlike } from '../store/policy-store.ts';
import { becauseSchema, becauseView } from './because.ts';
import type { PlannedRepository, PlanTotals } from './plan-project.ts';

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;
const flag = { type: 'boolean' } as const;
const texts = { type: 'array', items: text } as const;

export const totalsProperties = {
  artifacts: { ...number, description: 'Artifacts that were decided about.' },
  dropped_artifacts: number,
  tags: number,
  dropped_tags: number,
  dropped_pulled_tags: { ...number, description: 'Of the dropped tags: pulled within the last 7 days.' },
  freed_bytes: { ...number, description: 'What the project is relieved of; the trash holds it then.' },
  collected_bytes: {
    ...number,
    description:
      'What a garbage collection gives back of it behind the trash: without what others need, too.',
  },
} as const;

export const decisionSchema = {
  type: 'object',
  properties: {
    repository: text,
    digest: text,
    tags: texts,
    labels: texts,
    pushed_at: { type: 'string', format: 'date-time' },
    pulled_at: { type: 'string', format: 'date-time' },
    keep: flag,
    rule: { ...number, description: 'The place of the rule in the policy that keeps it.' },
    reason: text,
    because: becauseSchema,
    unique_bytes: {
      ...number,
      description: 'What it alone would give back to the storage, with what goes with it.',
    },
  },
} as const;

export const planProperties = {
  plan_id: number,
  made_at: { type: 'string', format: 'date-time' },
  expires_at: { type: 'string', format: 'date-time' },
  needs_review: { type: 'string', description: 'Why a run by schedule stopped and left this plan.' },
  execution_id: { ...number, description: 'The run that carries it out.' },
  in_force: {
    ...flag,
    description:
      'Whether the policy that the project has now decides as it does, whenever it runs; others are not carried out.',
  },
  ...totalsProperties,
} as const;

export function totalsView(totals: PlanTotals): Readonly<Record<string, number>> {
  return {
    artifacts: totals.artifacts,
    dropped_artifacts: totals.dropped,
    tags: totals.tags,
    dropped_tags: totals.droppedTags,
    dropped_pulled_tags: totals.droppedPulledTags,
    freed_bytes: totals.freedBytes,
    collected_bytes: totals.collectedBytes,
  };
}

/** @param inForce the definition of the policy that the project has now */
export function planView(plan: StoredPlan, inForce: string | undefined): Readonly<Record<string, unknown>> {
  const { id, madeAt, expiresAt, reason, executionId, totals } = plan;
  return {
    plan_id: id,
    made_at: apiTime(madeAt),
    expires_at: apiTime(expiresAt),
    ...(reason === '' ? {} : { needs_review: reason }),
    ...(executionId === null ? {} : { execution_id: executionId }),
    in_force: inForce !== undefined && decideAlike(plan.definition, inForce),
    ...totalsView(totals),
  };
}

export function decisionView(
  repository: CandidateRepository,
  { candidate, keep, by }: Verdict,
  uniqueBytes: number,
): Readonly<Record<string, unknown>> {
  const { digest, tags, labels, pushedAt, pulledAt } = candidate;
  return {
    repository: repository.name,
    digest,
    tags: tags.map(({ name }) => name),
    labels,
    pushed_at: apiTime(pushedAt),
    ...(pulledAt === null ? {} : { pulled_at: apiTime(pulledAt) }),
    keep,
    ...(by.kind === 'rule' ? { rule: by.rule } : {}),
    reason: reasonText(by),
    because: becauseView(by),
    unique_bytes: uniqueBytes,
  };
}

export const dropsSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      repository: text,
      artifacts: { type: 'array', items: { type: 'object', properties: { digest: text, tags: texts } } },
    },
  },
} as const;

export function dropsView(planned: readonly PlannedRepository[]): readonly object[] {
  return planned.map(({ repository, drops }) => ({ repository: repository.name, artifacts: drops }));
}
