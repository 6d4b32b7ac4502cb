import { exitCodes } from '../../lib/start-problem.ts';
import type { Text } from '../../lib/text/language.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { unlessRefused } from '../config-files/registry/registry.ts';
import { confirmed } from '../rest/confirmed.ts';
import { repositoryPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { demoProjects } from './content/demo-projects.ts';
import { role } from './content/people.ts';
import { foreignArtifacts, foreignIn, foreignRights } from './foreign.ts';
import { api, own, projectWebhooks, type Standing, standing, trashOf } from './standing.ts';
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
  await refuseForeign(cli, client, found);
  return confirmed(cli, flags, {
    what: say(cli, demoTexts.all, { projects: projects.size, accounts: users.size }),
    // Whoever is asked may take hours to answer.
    run: async () => {
      const now = await standing(client, wanted);
      await refuseForeign(cli, client, now);
      await removeAll(cli, client, now);
    },
  });
}

/** @throws Refused while something of other people is in it */
async function refuseForeign(cli: Cli, client: RestClient, found: Standing): Promise<void> {
  const foreign = [...found.taken];
  for (const project of demoProjects()) {
    const id = found.projects.get(project.name);
    if (id !== undefined) foreign.push(...(await foreignIn(client, project, id)));
  }
  refuse(cli, demoTexts.foreign, [...foreign, ...(await foreignRights(client, found))]);
}

function refuse(cli: Cli, why: Text, names: readonly string[]): void {
  if (names.length > 0) throw new Refused(say(cli, why, { names: names.join('; ') }), 409);
}

async function removeAll(cli: Cli, client: RestClient, found: Standing): Promise<void> {
  const gone = (path: string): Promise<unknown> => unlessRefused([404], () => client.call('DELETE', path));
  for (const name of found.projects.keys()) await removeRules(client, name);
  const hidden: string[] = [];
  for (const name of found.projects.keys()) hidden.push(...(await foreignArtifacts(client, name)));
  refuse(cli, demoTexts.foreignKept, hidden);
  for (const [name, id] of found.projects) await removeProject(client, name, id);
  for (const id of found.systemRobots.values()) await gone(`${api}/robots/${id}`);
  for (const id of found.groups.values()) await gone(`${api}/usergroups/${id}`);
  for (const id of found.users.values()) await gone(`${api}/users/${id}`);
  for (const id of found.labels.values()) await gone(`${api}/labels/${id}`);
  if (found.hasRole) await gone(`${own}/roles/${role.name}`);
}

/** They would keep what the project holds, and how much that is cannot be counted while they are there. */
async function removeRules(client: RestClient, name: string): Promise<void> {
  const path = `${api}/projects/${name}`;
  const { metadata } = await client.get<{ metadata?: { retention_id?: string } }>(path);
  if (metadata?.retention_id !== undefined)
    await client.call('DELETE', `${api}/retentions/${metadata.retention_id}`);
  for (const hook of await projectWebhooks(client, name))
    await client.call('DELETE', `${path}/webhook/policies/${hook.id}`);
  for (const rules of [`${path}/immutabletagrules`, `${own}/projects/${name}/protected-tags`])
    for (const rule of await client.get<{ id: number }[]>(rules))
      await client.call('DELETE', `${rules}/${rule.id}`);
}

/** It leaves the trash, too, with everything that was in it. */
async function removeProject(client: RestClient, name: string, id: number): Promise<void> {
  const path = `${api}/projects/${name}`;
  for (const repository of await client.all<{ name: string }>(`${path}/repositories`))
    await client.call('DELETE', repositoryPath(repository.name));
  await client.call('DELETE', path);
  // What was deleted first goes first: with a project all goes that was in it.
  for (const row of (await trashOf(client, name, id)).toReversed())
    await unlessRefused([404], () => client.call('DELETE', `${own}/trash/${row.id}`));
}
