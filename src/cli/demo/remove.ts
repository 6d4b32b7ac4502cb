import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { unlessRefused } from '../config-files/registry/registry.ts';
import { confirmed } from '../rest/confirmed.ts';
import { repositoryPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { demoProjects } from './content/demo-projects.ts';
import { role } from './content/people.ts';
import { api, foreignIn, own, projectWebhooks, type Standing, standing, trashOf } from './standing.ts';
import { demoTexts } from './text.ts';

/** `berth demo remove`: what `berth demo seed` has made, for good, and nothing else. */
export async function removeDemo(cli: Cli, flags: Flags): Promise<number> {
  const client = await restClient(cli, flags);
  const wanted = demoProjects();
  const found = await standing(client, wanted);
  const { projects, users, groups, labels, systemRobots } = found;
  const count = [projects, users, groups, labels, systemRobots].reduce((sum, { size }) => sum + size, 0);
  if (count === 0 && !found.hasRole) {
    note(say(cli, demoTexts.nothingThere));
    return exitCodes.done;
  }
  const foreign: string[] = [...found.taken];
  for (const project of wanted) {
    const id = projects.get(project.name);
    if (id !== undefined) foreign.push(...(await foreignIn(client, project, id)));
  }
  foreign.push(...(await foreignHolders(client, found)));
  if (foreign.length > 0) throw new Refused(say(cli, demoTexts.foreign, { names: foreign.join('; ') }), 409);
  return confirmed(cli, flags, {
    what: say(cli, demoTexts.all, { projects: projects.size, accounts: users.size }),
    run: () => removeAll(client, found),
  });
}

/** The role may be held outside, by whoever it was given to since. */
async function foreignHolders(client: RestClient, { hasRole, projects }: Standing): Promise<string[]> {
  if (!hasRole) return [];
  const grants = await client.all<{ who: string; where: string }>(`${own}/grants?role=${role.name}`);
  return grants
    .filter(({ where }) => !projects.has(where.split('/')[0] ?? ''))
    .map(({ who, where }) => `role ${role.name}: ${who}, ${where}`);
}

async function removeAll(client: RestClient, found: Standing): Promise<void> {
  const gone = (path: string): Promise<unknown> => unlessRefused([404], () => client.call('DELETE', path));
  for (const [name, id] of found.projects) await removeProject(client, name, id);
  for (const id of found.systemRobots.values()) await gone(`${api}/robots/${id}`);
  for (const id of found.groups.values()) await gone(`${api}/usergroups/${id}`);
  for (const id of found.users.values()) await gone(`${api}/users/${id}`);
  for (const id of found.labels.values()) await gone(`${api}/labels/${id}`);
  if (found.hasRole) await gone(`${own}/roles/${role.name}`);
}

/** Its rules first, which would keep what it holds; it leaves the trash, too, with everything that was in it. */
async function removeProject(client: RestClient, name: string, id: number): Promise<void> {
  const path = `${api}/projects/${name}`;
  const { metadata } = await client.get<{ metadata?: { retention_id?: string } }>(path);
  if (metadata?.retention_id !== undefined)
    await client.call('DELETE', `${api}/retentions/${metadata.retention_id}`);
  for (const hook of await projectWebhooks(client, name))
    await client.call('DELETE', `${path}/webhook/policies/${hook.id}`);
  for (const rules of [`${path}/immutabletagrules`, `${own}/projects/${name}/protected-tags`])
    for (const rule of await client.get<{ id: number }[]>(rules))
      await client.call('DELETE', `${rules}/${rule.id}`);
  for (const repository of await client.all<{ name: string }>(`${path}/repositories`))
    await client.call('DELETE', repositoryPath(repository.name));
  await client.call('DELETE', path);
  // What was deleted first goes first: with a project all goes that was in it.
  for (const row of (await trashOf(client, name, id)).toReversed())
    await unlessRefused([404], () => client.call('DELETE', `${own}/trash/${row.id}`));
}
