import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { promptForConsent } from '../prompt.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { projectTexts } from './text.ts';

const api = '/api/berth/v1';

export async function renameProject(
  cli: Cli,
  flags: Flags,
  [project = '', name = '']: Args,
): Promise<number> {
  const client = await restClient(cli, flags);
  await client.call('POST', `${api}/projects/${encodeURIComponent(project)}/rename`, { name });
  note(say(cli, projectTexts.renamed, { project, name }));
  return exitCodes.done;
}

export async function listFormerNames(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await (await restClient(cli, flags)).all<Row>(`${api}/former-names`);
  showRows(form, rows, { columns: ['name', 'kind', 'current_name', 'ends_at'], more: ['since'] });
  return exitCodes.done;
}

export async function releaseFormerName(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  if (flags['yes'] !== true && !(await promptForConsent(say(cli, projectTexts.askRelease, { name })))) {
    note(say(cli, projectTexts.notReleased));
    return exitCodes.failed;
  }
  const client = await restClient(cli, flags);
  await client.call('DELETE', `${api}/former-names?name=${encodeURIComponent(name)}`);
  note(say(cli, projectTexts.released, { name }));
  return exitCodes.done;
}
