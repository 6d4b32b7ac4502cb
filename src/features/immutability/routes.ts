import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { requireRuleUnlocked } from '../../content/tags/begin-with-rules.ts';
import { type RuleDefinition, requireRule } from '../../content/tags/immutable-rule.ts';
import { rulesOf } from '../../content/tags/immutable-rule-reads.ts';
import {
  createImmutableRule,
  deleteImmutableRule,
  updateImmutableRule,
} from '../../content/tags/update-immutable-rule.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { ruleOf, ruleSchema, ruleView } from './rule-view.ts';

const tag = 'immutable';
const path = '/api/v2.0/projects/{project_name_or_id}/immutabletagrules';
const pathOfOne = `${path}/{immutable_rule_id}`;

const parametersOfOne = {
  ...projectParameters,
  immutable_rule_id: {
    in: 'path',
    required: true,
    description: "The rule's id.",
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const body = { name: 'ImmutableRule', schema: ruleSchema } as const;

export interface ImmutabilityDeps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
}

/** Harbor's operations on the rules by which tags stay what they are. */
export function immutabilityRoutes(deps: ImmutabilityDeps): readonly RestRoute[] {
  return [listRoute(deps), ...changeRoutes(deps)];
}

function listRoute({ db }: { readonly db: Database }): RestRoute {
  return restRoute.project({
    method: 'GET',
    path,
    operationId: 'ListImmuRules',
    tag,
    summary: 'The rules of a project by which tags stay what they are.',
    needs: 'project',
    permission: 'immutable-tag:list',
    parameters: {
      ...projectParameters,
      ...pageParameters,
      q: { in: 'query', description: 'A condition on disabled.', schema: { type: 'string' } },
      sort: { in: 'query', description: 'id, with - for descending.', schema: { type: 'string' } },
    },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: ruleSchema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, { project }) => {
      const page = parsePage(call.parameters);
      const disabled = parseListQuery(call.parameters.q).get('disabled');
      const wanted = disabled?.kind === 'exact' ? disabled.value : undefined;
      const [order] = parseSort(call.parameters.sort, ['id'], { key: 'id', descending: false });
      const rules = (await rulesOf(db.reader, project.id)).filter(
        (rule) => wanted === undefined || String(rule.disabled) === wanted,
      );
      const sorted = order?.descending === true ? rules.toReversed() : rules;
      const end = page.size === 0 ? undefined : offsetOf(page) + page.size;
      const items = sorted.slice(offsetOf(page), end).map(ruleView);
      return pageAnswer(call, page, { items, total: rules.length });
    },
  });
}

function changeRoutes(deps: ImmutabilityDeps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'POST',
      path,
      operationId: 'CreateImmuRule',
      tag,
      summary: 'Adds a rule. It holds at once, for tags that are there, too.',
      needs: 'project',
      permission: 'immutable-tag:create',
      parameters: projectParameters,
      body,
      answers: { 201: { description: 'Made.', headers: ['Location'] } },
      refusals: [401, 403, 404, 409],
      run: async ({ body: given, parameters: { project_name_or_id: named } }, { project, actor }) => {
        const where = { projectId: project.id, projectName: project.name, actor };
        const acceptSameDigest = given.accept_same_digest;
        const id = await createImmutableRule(deps, { ...where, rule: ruleOf(given), acceptSameDigest });
        const parent = `/api/v2.0/projects/${encodeURIComponent(named)}/immutabletagrules`;
        return { status: 201, headers: { Location: `${parent}/${id}` } };
      },
    }),
    restRoute.project({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'UpdateImmuRule',
      tag,
      summary: 'Replaces a rule, also whether it is disabled.',
      needs: 'project',
      permission: 'immutable-tag:update',
      parameters: parametersOfOne,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 404, 409],
      run: async ({ body: given, parameters: { immutable_rule_id: id } }, { project, actor }) => {
        if (given.id !== id)
          throw new AppError('BAD_REQUEST', { message: `the id in the body is not ${id}, as in the path` });
        const wanted = {
          disabled: given.disabled ?? false,
          rule: ruleOf(given),
          acceptSameDigest: given.accept_same_digest,
        };
        await requireOpen(deps, { projectId: project.id, id, wanted });
        const where = { projectId: project.id, projectName: project.name, actor };
        await updateImmutableRule(deps, { id, ...where, ...wanted });
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'DeleteImmuRule',
      tag,
      summary: 'Removes a rule.',
      needs: 'project',
      permission: 'immutable-tag:delete',
      parameters: parametersOfOne,
      answers: { 200: { description: 'Removed.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { immutable_rule_id: id } }, { project, actor }) => {
        await requireOpen(deps, { projectId: project.id, id });
        await deleteImmutableRule(deps, { id, projectId: project.id, projectName: project.name, actor });
        return { status: 200 };
      },
    }),
  ];
}

/**
 * @param of what becomes of the rule; without it it is deleted
 * @throws AppError DENIED for what the defaults of projects lock
 */
async function requireOpen(
  { db, settings }: ImmutabilityDeps,
  of: {
    readonly projectId: number;
    readonly id: number;
    readonly wanted?: {
      readonly disabled: boolean;
      readonly rule: RuleDefinition;
      readonly acceptSameDigest: boolean | undefined;
    };
  },
): Promise<void> {
  const { projectId, id, wanted } = of;
  const rule = (await rulesOf(db.reader, projectId)).find((each) => each.id === id);
  if (rule === undefined) return;
  const stays =
    wanted !== undefined &&
    !wanted.disabled &&
    requireRule(wanted.rule) === requireRule(rule) &&
    (wanted.acceptSameDigest ?? rule.acceptSameDigest) === rule.acceptSameDigest;
  if (!stays) requireRuleUnlocked(settings, rule);
}
