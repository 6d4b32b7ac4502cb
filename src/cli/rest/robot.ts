import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { confirmed } from './confirmed.ts';
import { robotId, robotsOf } from './repository-path.ts';
import { restClient } from './rest-client.ts';
import { formOf, type Row, showOne, showRows } from './show.ts';
import { restTexts } from './text.ts';

const robots = '/api/v2.0/robots';

export async function listRobots(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await robotsOf(await restClient(cli, flags), flags['project']);
  showRows(
    form,
    rows.map((row) => ({ ...row })),
    ['name', 'id', 'level', 'disable', 'expires_at', 'description'],
  );
  return exitCodes.done;
}

export async function createRobot(cli: Cli, flags: Flags, [name]: Args): Promise<number> {
  const form = formOf(flags);
  const { project, description } = flags;
  if (typeof project !== 'string') throw new WrongUsage(restTexts.projectNeeded);
  const duration = Number(flags['days']);
  if (!Number.isInteger(duration) || duration < -1 || duration === 0)
    throw new WrongUsage(restTexts.daysWrong);
  const access = accessOf(flags['permission']);
  const client = await restClient(cli, flags);
  const permissions = [{ kind: 'project', namespace: project, access }];
  const body = { name, description, duration, level: 'project', permissions };
  const { text } = await client.call('POST', robots, body);
  showOne(form, JSON.parse(text) as Row);
  return exitCodes.done;
}

function accessOf(given: unknown): { resource: string; action: string }[] {
  const words = Array.isArray(given) ? given.map(String) : [];
  if (words.length === 0) throw new WrongUsage(restTexts.permissionWrong);
  return words.map((word) => {
    const [resource = '', action = '', ...more] = word.split(':');
    if (resource === '' || action === '' || more.length > 0) throw new WrongUsage(restTexts.permissionWrong);
    return { resource, action };
  });
}

export async function showRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  showOne(form, await client.get<Row>(`${robots}/${id}`));
  return exitCodes.done;
}

export async function updateRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { description } = flags;
  if (typeof description !== 'string') throw new WrongUsage(restTexts.descriptionNeeded);
  const client = await restClient(cli, flags);
  const path = `${robots}/${await robotId(cli, client, name, flags['project'])}`;
  await client.call('PUT', path, { ...(await client.get<Row>(path)), description });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function refreshRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  const { text } = await client.call('PATCH', `${robots}/${id}`, {});
  showOne(form, JSON.parse(text) as Row, 'secret');
  return exitCodes.done;
}

export async function deleteRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  return confirmed(cli, flags, { what: name, run: () => client.call('DELETE', `${robots}/${id}`) });
}
