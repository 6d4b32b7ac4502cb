import { unlessRefused } from '../config-files/registry/registry.ts';
import { repositoryPath } from '../rest/repository-path.ts';
import { markLabel, webhook } from './content/people.ts';
import type { DemoProject } from './content/project.ts';
import type { Seeding } from './seeding.ts';
import { api, own, projectWebhooks } from './standing.ts';

/** The project that has rules, a webhook and whatever else there can be in one. */
const full = 'demo-shop';
/** The one that has hardly any room left. */
const nearlyFull = 'demo-sandbox';
const usedShare = 0.94;

/** Returns its id. */
export async function seedProject(seeding: Seeding, { name, isPublic }: DemoProject): Promise<number> {
  const standing = seeding.found.projects.get(name);
  if (standing !== undefined) return standing;
  const metadata = { public: String(isPublic === true) };
  await seeding.client.call('POST', `${api}/projects`, { project_name: name, metadata });
  const { project_id: id } = await seeding.client.get<{ project_id: number }>(`${api}/projects/${name}`);
  // At once: it says that the project is ours to fill and to remove.
  await seeding.make(`${api}/labels`, { ...markLabel, scope: 'p', project_id: id });
  seeding.made.projects += 1;
  return id;
}

/** What holds in projects that are filled: some rules would refuse what is pushed before. */
export async function seedRules(seeding: Seeding, ids: ReadonlyMap<string, number>): Promise<void> {
  await limit(seeding, ids.get(nearlyFull) ?? 0);
  await guardTags(seeding);
  await addRetention(seeding, ids.get(full) ?? 0);
  const hooks = await projectWebhooks(seeding.client, full);
  if (hooks.some(({ name }) => name === webhook.name)) return;
  await seeding.make(`${api}/projects/${full}/webhook/policies`, webhook);
  seeding.made.others += 1;
}

async function limit({ client, made }: Seeding, projectId: number): Promise<void> {
  const path = `${api}/quotas/${projectId}`;
  const { hard, used } = await client.get<Record<'hard' | 'used', { storage: number }>>(path);
  if (hard.storage !== -1) return;
  await client.call('PUT', path, { hard: { storage: Math.ceil(used.storage / usedShare) } });
  made.others += 1;
}

async function guardTags({ client, made }: Seeding): Promise<void> {
  const immutable = `${api}/projects/${full}/immutabletagrules`;
  if ((await client.all(immutable)).length === 0) {
    await client.call('POST', immutable, {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
      scope_selectors: {
        repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'api/**' }],
      },
    });
    made.others += 1;
  }
  const protectedTags = `${own}/projects/${full}/protected-tags`;
  if ((await client.get<object[]>(protectedTags)).length > 0) return;
  await client.call('POST', protectedTags, {
    tags: 'v*',
    repositories: 'storefront',
    allowed: ['demo-mira', 'robot:demo-shop+ci'],
  });
  made.others += 1;
}

/** By hand only; and what it would let go, told by a run that deletes nothing. */
async function addRetention({ client, made }: Seeding, projectId: number): Promise<void> {
  const { metadata } = await client.get<{ metadata?: { retention_id?: string } }>(`${api}/projects/${full}`);
  if (metadata?.retention_id !== undefined) return;
  const rule = (template: string, n: number, repositories: string): object => ({
    action: 'retain',
    template,
    params: { [template]: n },
    tag_selectors: [
      { kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' },
    ],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: repositories }],
    },
  });
  await client.call('POST', `${api}/retentions`, {
    algorithm: 'or',
    rules: [rule('latestPushedK', 10, '**'), rule('latestPatchesPerMinor', 3, 'api/**')],
    trigger: { kind: 'Schedule', settings: { cron: '' } },
    scope: { level: 'project', ref: projectId },
  });
  const project = await client.get<{ metadata: { retention_id: string } }>(`${api}/projects/${full}`);
  const path = `${api}/retentions/${project.metadata.retention_id}/executions`;
  await client.call('POST', path, { dry_run: true });
  made.others += 1;
}

/** So that the log has a refusal to show: a developer deletes no repository. */
export async function seedRefusal(seeding: Seeding): Promise<void> {
  await unlessRefused([403], () =>
    seeding.callAs('demo-sam', 'DELETE', repositoryPath(`${full}/storefront`)),
  );
}
