import { type Cli, type Flags, note, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { checkReferences } from './check-references.ts';
import { checkSettings } from './check-settings.ts';
import { type Configuration, type Item, textField } from './item.ts';
import { type Caller, callerOf, keeper } from './keeper.ts';
import { planOf, type Step } from './plan.ts';
import { Registry, scopeOf } from './registry/registry.ts';
import { configFilesTexts } from './text.ts';
import { readFiles } from './written/given-folder.ts';
import { Problems } from './written/problems.ts';
import { readFolder } from './written/read-folder.ts';

/** What the files say, what there is, and what has to be done. */
export interface Prepared {
  readonly registry: Registry;
  readonly caller: Caller;
  readonly wanted: Configuration;
  readonly present: Configuration;
  readonly steps: readonly Step[];
}

/** Asks, and changes nothing; undefined where the files are wrong, which is told. */
export async function prepare(cli: Cli, flags: Flags): Promise<Prepared | undefined> {
  const files = readFiles(cli, flags);
  const problems = new Problems(cli);
  const read = readFolder(files, problems);
  const registry = new Registry(await restClient(cli, flags));
  const caller = await callerOf(registry.client);
  const wanted = await withoutEnded(cli, registry, read);
  const present = await registry.read(scopeOf(wanted));
  const prune = flags['prune'] === true;
  const steps = planOf(wanted, present, { prune, keeps: keeper(registry, caller) });
  await checkReferences({ cli, registry, wanted, present, problems });
  await checkSettings({ registry, wanted, steps, problems });
  if (problems.count === 0) return { registry, caller, wanted, present, steps };
  for (const line of problems.lines()) note(line);
  const { count } = problems;
  note(`berth: ${say(cli, configFilesTexts[count === 1 ? 'problemsOne' : 'problems'], { count })}`);
  return undefined;
}

/** A file may outlive what it grants. */
async function withoutEnded(cli: Cli, registry: Registry, read: Configuration): Promise<Configuration> {
  const hasEnd = ({ kind, fields }: Item): boolean => kind === 'grant' && fields['expires_at'] !== undefined;
  if (!read.items.some(hasEnd)) return read;
  const now = await registry.now();
  const ended = read.items.filter(
    (item) => hasEnd(item) && Date.parse(textField(item.fields, 'expires_at') ?? '') <= now,
  );
  for (const { at, name } of ended)
    note(say(cli, configFilesTexts.ended, { at: `${at?.file ?? ''}:${at?.line ?? 0}`, what: name }));
  return { ...read, items: read.items.filter((item) => !ended.includes(item)) };
}
