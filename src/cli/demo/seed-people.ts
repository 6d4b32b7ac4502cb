import {
  type DemoRobot,
  grants,
  groups,
  mark,
  people,
  robots,
  role,
  systemLabels,
  tokens,
} from './content/people.ts';
import type { Seeding } from './seeding.ts';
import { api, own, projectRobots } from './standing.ts';

/** Who there is, before there is anything to have rights in. */
export async function seedPeople(seeding: Seeding): Promise<void> {
  const { found, made } = seeding;
  for (const { username, realname } of people) {
    if (found.users.has(username)) continue;
    await seeding.makeUser(username, { email: `${username}@demo.example`, realname, comment: mark });
    made.accounts += 1;
  }
  for (const { name, members } of groups) {
    const id =
      found.groups.get(name) ??
      (await seeding.make(`${api}/usergroups`, { group_name: name, group_type: 0 }));
    if (!found.groups.has(name)) made.others += 1;
    // Who is in it already stays.
    for (const username of members)
      await seeding.client.call('POST', `${own}/groups/${id}/members`, { username });
  }
  if (!found.hasRole) {
    await seeding.client.call('POST', `${own}/roles`, role);
    made.others += 1;
  }
  for (const label of systemLabels) {
    if (found.labels.has(label.name)) continue;
    await seeding.make(`${api}/labels`, { ...label, scope: 'g' });
    made.others += 1;
  }
}

/** Who may do what, once the projects are there. */
export async function seedRights(seeding: Seeding): Promise<void> {
  await seedGrants(seeding);
  for (const robot of robots) await seedRobot(seeding, robot);
  for (const { owner, name, days, scopes } of tokens) {
    const path = `${own}/users/${seeding.userId(owner)}/tokens`;
    const standing = await seeding.client.all<{ name: string }>(path);
    if (standing.some((token) => token.name === name)) continue;
    await seeding.callAs(owner, 'POST', path, { name, expires_at: seeding.in(days), scopes });
    seeding.made.others += 1;
  }
}

async function seedGrants(seeding: Seeding): Promise<void> {
  for (const { days, ...grant } of grants) {
    const { who, role: what, where, tag } = grant;
    const [project = ''] = where.split('/');
    const standing = await seeding.client.all<{ who: string; role: string; where: string; tag?: string }>(
      `${own}/grants?project=${project}`,
    );
    const isThere = standing.some(
      (row) => row.who === who && row.role === what && row.where === where && row.tag === tag,
    );
    if (isThere) continue;
    const end = days === undefined ? {} : { expires_at: seeding.in(days) };
    await seeding.client.call('POST', `${own}/grants`, { ...grant, ...end });
    seeding.made.others += 1;
  }
}

async function seedRobot(seeding: Seeding, robot: DemoRobot): Promise<void> {
  const { name, project, projects, actions, days: duration } = robot;
  if (await isRobotThere(seeding, robot)) return;
  const access = actions.map((action) => ({ resource: 'repository', action }));
  await seeding.make(`${api}/robots`, {
    name,
    description: mark,
    level: project === undefined ? 'system' : 'project',
    duration,
    permissions: projects.map((namespace) => ({ kind: 'project', namespace, access })),
  });
  seeding.made.robots += 1;
}

async function isRobotThere({ client, found }: Seeding, { name, project }: DemoRobot): Promise<boolean> {
  if (project === undefined) return found.systemRobots.has(name);
  const { project_id: id } = await client.get<{ project_id: number }>(`${api}/projects/${project}`);
  return (await projectRobots(client, id)).some((row) => row.name.endsWith(`${project}+${name}`));
}
