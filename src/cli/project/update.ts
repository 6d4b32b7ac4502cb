import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { projectTexts } from './text.ts';

/** One change after the other: the operation on the whole project passes unknown keys by in silence. */
export async function updateProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const set = listOf(flags['set']).map(pairOf);
  const unset = listOf(flags['unset']);
  if (set.length + unset.length === 0) throw new WrongUsage(restTexts.nothingToChange);
  const client = await restClient(cli, flags);
  const path = `/api/v2.0/projects/${encodeURIComponent(name)}/metadatas`;
  for (const [key, value] of set)
    await client.call('PUT', `${path}/${encodeURIComponent(key)}`, { [key]: value });
  for (const key of unset) await client.call('DELETE', `${path}/${encodeURIComponent(key)}`);
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

function listOf(given: unknown): string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

function pairOf(text: string): [key: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new WrongUsage(projectTexts.setWrong);
  return [text.slice(0, at), text.slice(at + 1)];
}
