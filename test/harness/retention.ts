import assert from 'node:assert/strict';
import { type Answer, expectStatus, type RegistryClient } from './registry-client.ts';
import { jsonOf, sendJson } from './rest.ts';
import { waitUntil } from './wait-until.ts';

export const retentions = '/api/v2.0/retentions';

export interface GivenRule {
  readonly template?: string;
  readonly n?: number;
  readonly tags?: string;
  readonly repositories?: string;
  readonly more?: object;
}

/** A rule in Harbor's form; without anything it keeps everything. */
export function retentionRule({
  template = 'always',
  n,
  tags = '**',
  repositories = '**',
  more,
}: GivenRule = {}) {
  return {
    disabled: false,
    action: 'retain',
    template,
    params: n === undefined ? {} : { [template]: n },
    tag_selectors: [
      { kind: 'doublestar', decoration: 'matches', pattern: tags, extras: '{"untagged":true}' },
    ],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: repositories }],
    },
    ...more,
  };
}

export function retentionPolicy(projectId: number, rules: readonly object[], more: object = {}): object {
  return {
    algorithm: 'or',
    rules,
    trigger: { kind: 'Schedule', references: {}, settings: { cron: '' } },
    scope: { level: 'project', ref: projectId },
    ...more,
  };
}

/** Returns its id. */
export async function makePolicy(
  client: RegistryClient,
  projectId: number,
  rules: readonly object[],
  more: object = {},
): Promise<number> {
  const answer = await sendJson(client, 'POST', retentions, retentionPolicy(projectId, rules, more));
  return Number(idAfter(answer, `${retentions}/`));
}

function idAfter(answer: Answer, before: string): string {
  expectStatus(answer, 201);
  const location = String(answer.headers.location);
  assert.ok(location.startsWith(before), location);
  return location.slice(before.length);
}

export interface RunShown {
  readonly id: number;
  readonly status: string;
  readonly trigger: string;
  readonly dry_run?: boolean;
  readonly needs_review?: string;
}

export interface TaskShown {
  readonly id: number;
  readonly repository: string;
  readonly status: string;
  readonly total: number;
  readonly retained: number;
}

export async function runsOf(client: RegistryClient, policyId: number): Promise<RunShown[]> {
  return jsonOf<RunShown[]>(await client.get(`${retentions}/${policyId}/executions`));
}

export async function tasksOf(client: RegistryClient, policyId: number, runId: number): Promise<TaskShown[]> {
  return jsonOf<TaskShown[]>(
    await client.get(`${retentions}/${policyId}/executions/${runId}/tasks?page_size=100`),
  );
}

/** Returns the run once it has ended. */
export function endedRun(client: RegistryClient, policyId: number, runId: number): Promise<RunShown> {
  return waitUntil(`run ${runId} has ended`, async () => {
    const run = (await runsOf(client, policyId)).find(({ id }) => id === runId);
    return run?.status === 'Running' ? undefined : run;
  });
}

/** Runs a policy and waits for the end. */
export async function runPolicy(
  client: RegistryClient,
  policyId: number,
  dryRun = false,
): Promise<{ readonly run: RunShown; readonly tasks: readonly TaskShown[] }> {
  const path = `${retentions}/${policyId}/executions`;
  const id = Number(idAfter(await sendJson(client, 'POST', path, { dry_run: dryRun }), `${path}/`));
  const run = await endedRun(client, policyId, id);
  return { run, tasks: await tasksOf(client, policyId, id) };
}

export async function taskLog(
  client: RegistryClient,
  of: { readonly policyId: number; readonly runId: number; readonly taskId: number },
): Promise<string> {
  const path = `${retentions}/${of.policyId}/executions/${of.runId}/tasks/${of.taskId}`;
  const answer = await client.get(path);
  expectStatus(answer, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain/);
  return answer.body.toString();
}
