import type { Command } from 'commander';
import type { Language, Text } from '../../lib/text/language.ts';
import type { Action, Running } from '../action.ts';
import { withRestFlags } from './rest-client.ts';
import { restTexts } from './text.ts';

export interface Making {
  readonly program: Command;
  readonly lang: Language;
  readonly running: Running;
}

export type TextName = keyof typeof restTexts;

const nouns = ['robot', 'role', 'repo', 'artifact', 'tag', 'label'] as const;

/** A verb of a noun, which another folder may have made for its own verbs. */
export function verb(
  { program, lang, running }: Making,
  words: string,
  text: TextName | Text,
  action: Action,
): Command {
  const path = words.split(' ');
  const name = path.pop() ?? '';
  let parent = program;
  for (const noun of path) {
    const made = parent.commands.find((each) => each.name() === noun);
    const own = nouns.find((each) => each === noun);
    parent = made ?? parent.command(noun).description(own === undefined ? '' : restTexts[own][lang]);
  }
  const command = parent.command(name).description((typeof text === 'string' ? restTexts[text] : text)[lang]);
  return withRestFlags(command, lang).action(running(action));
}
