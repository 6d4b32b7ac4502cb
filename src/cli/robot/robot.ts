import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { givenRights, type Permissions } from './given-rights.ts';
import { openSecretFile } from './open-secret-file.ts';
import { robotId, robotsOf } from './robots-of.ts';

const robots = '/api/v2.0/robots';

export async function listRobots(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await robotsOf(await restClient(cli, flags), flags['project']);
  showRows(
    form,
    rows.map((row) => ({ ...row })),
    {
      columns: ['name', 'id', 'level', 'disable', 'expires_at', 'description'],
      more: ['duration', 'creation_time', 'last_used_time', 'last_used_address', 'last_used_client'],
    },
  );
  return exitCodes.done;
}

export async function createRobot(cli: Cli, flags: Flags, [name]: Args): Promise<number> {
  const form = formOf(flags);
  const project = textFlag(flags, 'project');
  const isOfSystem = flags['system'] === true;
  if ((project === undefined) !== isOfSystem) throw new WrongUsage(restTexts.levelNeeded);
  const duration = daysOf(flags) ?? 0;
  const permissions = givenRights(flags, project);
  if (permissions === undefined) throw new WrongUsage(restTexts.permissionWrong);
  const { description } = flags;
  using file = openSecretFile(cli, flags, false);
  const client = await restClient(cli, flags);
  const level = isOfSystem ? 'system' : 'project';
  const { text } = await client.call('POST', robots, { name, description, duration, level, permissions });
  const { secret, ...made } = JSON.parse(text) as Row;
  file?.keep(String(secret));
  showOne(form, file === undefined ? { ...made, secret } : made);
  return exitCodes.done;
}

function daysOf(flags: Flags): number | undefined {
  if (flags['days'] === undefined) return undefined;
  const days = Number(flags['days']);
  if (Number.isInteger(days) && days >= -1 && days !== 0) return days;
  throw new WrongUsage(restTexts.daysWrong);
}

export async function showRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  showOne(form, await client.get<Row>(`${robots}/${id}`));
  return exitCodes.done;
}

/** What is left out stays as it is. */
export async function updateRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { description } = flags;
  const duration = daysOf(flags);
  const hasRights = flags['permission'] !== undefined || flags['repositories'] !== undefined;
  if (description === undefined && duration === undefined && !hasRights)
    throw new WrongUsage(restTexts.nothingToChange);
  return change(cli, flags, name, (before) => {
    const project = before.level === 'project' ? before.permissions[0]?.namespace : undefined;
    return {
      ...(description === undefined ? {} : { description }),
      ...(duration === undefined ? {} : { duration }),
      ...(hasRights ? { permissions: givenRights(flags, project, before.permissions) } : {}),
    };
  });
}

export function enableRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  return change(cli, flags, name, () => ({ disable: false }));
}

export function disableRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  return change(cli, flags, name, () => ({ disable: true }));
}

interface Robot extends Row {
  readonly level: string;
  readonly permissions: Permissions;
}

async function change(
  cli: Cli,
  flags: Flags,
  name: string,
  changes: (before: Robot) => Row,
): Promise<number> {
  const client = await restClient(cli, flags);
  const path = `${robots}/${await robotId(cli, client, name, flags['project'])}`;
  const before = await client.get<Robot>(path);
  await client.call('PUT', path, { ...before, ...changes(before) });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function rotateRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  using file = openSecretFile(cli, flags, true);
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  const { text } = await client.call('PATCH', `${robots}/${id}`, {});
  const made = JSON.parse(text) as Row;
  if (file === undefined) showOne(form, made, 'secret');
  else {
    file.keep(String(made['secret']));
    note(say(cli, restTexts.done, { what: name }));
  }
  return exitCodes.done;
}

export async function deleteRobot(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  const id = await robotId(cli, client, name, flags['project']);
  return confirmed(cli, flags, { what: name, run: () => client.call('DELETE', `${robots}/${id}`) });
}
