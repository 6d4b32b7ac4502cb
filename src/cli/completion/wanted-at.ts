import type { Command, Option } from 'commander';

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What can stand where the cursor is. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  /** Names that the server knows: the name of an argument or of an option that takes one. */
  readonly names: string | undefined;
  /** Options that stand on the line before. */
  readonly flags: Readonly<Record<string, string>>;
  /** What stands there already. */
  readonly begun: string;
}

/** @param words after the program's own name; the last one is the one that is being written */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const flags: Record<string, string> = {};
  const begun = words.at(-1) ?? '';
  let command = program;
  let position = 0;
  let open: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (open !== undefined) {
      flags[open.attributeName()] = word;
      open = undefined;
    } else if (word.startsWith('-')) open = openOption(command, word, flags);
    else {
      const found = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
      if (found === undefined) position += 1;
      else command = found;
    }
  }
  const wanted = (candidates: readonly Candidate[], names?: string): Wanted => ({
    candidates: candidates.filter(({ word }) => word.startsWith(begun)),
    names,
    flags,
    begun,
  });
  if (open !== undefined) return wanted([], open.attributeName());
  if (begun.startsWith('-')) return wanted(optionsOf(command));
  if (command.commands.length > 0) return wanted(commandsOf(command));
  const argument = command.registeredArguments[position];
  return wanted([], argument?.name());
}

/** The option whose value is the next word. */
function openOption(command: Command, word: string, flags: Record<string, string>): Option | undefined {
  const [name = '', value] = word.split('=', 2);
  const option = command.options.find((each) => each.long === name || each.short === name);
  if (option === undefined || !(option.required || option.optional)) return undefined;
  if (value === undefined) return option;
  flags[option.attributeName()] = value;
  return undefined;
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({ word: option.long ?? option.short ?? '', about: option.description }));
}

/** What a command is made of; the help that commander adds to each is left out. */
export function partsOf(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.filter((each) => command.commands.includes(each));
}

function commandsOf(command: Command): Candidate[] {
  return partsOf(command).map((each) => ({ word: each.name(), about: each.description() }));
}
