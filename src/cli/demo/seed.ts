import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { restClient } from '../rest/rest-client.ts';
import { demoProjects } from './content/demo-projects.ts';
import { seedContent } from './seed-content.ts';
import { seedPeople, seedRights } from './seed-people.ts';
import { seedProject, seedRefusal, seedRules } from './seed-project.ts';
import { Seeding } from './seeding.ts';
import { standing } from './standing.ts';
import { demoTexts } from './text.ts';

/** `berth demo seed`: makes what is missing, so that it can be run again. */
export async function seedDemo(cli: Cli, flags: Flags): Promise<number> {
  const client = await restClient(cli, flags);
  const wanted = demoProjects();
  const found = await standing(client, wanted);
  if (found.taken.length > 0)
    throw new Refused(say(cli, demoTexts.taken, { names: found.taken.join('; ') }), 409);
  const seeding = await Seeding.begin(client, found);
  await seedPeople(seeding);
  const ids = new Map<string, number>();
  for (const project of wanted) ids.set(project.name, await seedProject(seeding, project));
  await seedRights(seeding);
  for (const project of wanted) {
    if (flags['json'] !== true) note(say(cli, demoTexts.filling, { name: project.name }));
    await seedContent(seeding, project, ids.get(project.name) ?? 0);
  }
  await seedRules(seeding, ids);
  if (seeding.made.projects > 0) await seedRefusal(seeding);
  tell(cli, flags, seeding.made);
  return exitCodes.done;
}

function tell(cli: Cli, flags: Flags, made: Readonly<Record<string, number>>): void {
  if (flags['json'] === true) print(JSON.stringify({ made }, null, 2));
  else if (Object.values(made).every((count) => count === 0)) print(say(cli, demoTexts.nothingNew));
  else print(say(cli, demoTexts.seeded, made));
}
