import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { confirmed } from './confirmed.ts';
import { restClient } from './rest-client.ts';
import { formOf, showRows } from './show.ts';
import { restTexts } from './text.ts';

interface Selector {
  readonly pattern?: string;
}

interface Rule {
  readonly id: number;
  readonly disabled?: boolean;
  readonly tag_selectors?: readonly Selector[];
  readonly scope_selectors?: { readonly repository?: readonly Selector[] };
}

function rulesPath(project: string): string {
  return `/api/v2.0/projects/${encodeURIComponent(project)}/immutabletagrules`;
}

export async function listRules(cli: Cli, flags: Flags, [project = '']: Args): Promise<number> {
  const form = formOf(flags);
  const rules = await (await restClient(cli, flags)).all<Rule>(rulesPath(project));
  const rows = rules.map((rule) => ({
    id: rule.id,
    tags: (rule.tag_selectors ?? []).map(({ pattern }) => pattern).join(' '),
    repositories: (rule.scope_selectors?.repository ?? []).map(({ pattern }) => pattern).join(' '),
    disabled: rule.disabled === true,
  }));
  showRows(form, rows, { columns: ['id', 'tags', 'repositories', 'disabled'] });
  return exitCodes.done;
}

export async function addRule(cli: Cli, flags: Flags, [project = '', tags = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  await client.call('POST', rulesPath(project), {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: tags }],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: flags['repositories'] }],
    },
  });
  note(say(cli, restTexts.done, { what: project }));
  return exitCodes.done;
}

export async function deleteRule(cli: Cli, flags: Flags, [project = '', id = '']: Args): Promise<number> {
  if (!/^\d+$/.test(id)) throw new WrongUsage(restTexts.ruleIdWrong);
  const client = await restClient(cli, flags);
  const run = () => client.call('DELETE', `${rulesPath(project)}/${id}`);
  return confirmed(cli, flags, { what: `${project} ${id}`, run });
}
