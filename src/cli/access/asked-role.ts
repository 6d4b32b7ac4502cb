import type { Args } from '../action.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { accessTexts } from './text.ts';

/** A role or actions at a place, as the REST API takes them. */
export interface AskedRole {
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag: string | undefined;
  /** Tells groups of one name apart. */
  readonly group_type: string | undefined;
}

/** @throws WrongUsage */
export function askedRole(flags: Flags, [name = '', role = '', place]: Args): AskedRole {
  if (place === undefined && role.toLowerCase() !== 'system-admin')
    throw new WrongUsage(accessTexts.placeNeeded);
  return {
    who: flags['group'] === true ? `group:${name}` : name,
    role,
    where: place ?? 'system',
    tag: textFlag(flags, 'tag') ?? textFlag(flags, 'tags'),
    group_type: textFlag(flags, 'type'),
  };
}

/** Roles that confer something in every project when they are given on the system. */
const everywhere: readonly string[] = [
  'projectadmin',
  'maintainer',
  'developer',
  'guest',
  'limitedguest',
  'system-admin',
  'security-officer',
  'auditor',
];

export function placeText(
  cli: Cli,
  { role, where, tag }: { readonly role: string; readonly where: string; readonly tag?: string | undefined },
): string {
  const place = where === 'system' ? systemText(cli, role) : say(cli, accessTexts.onPlace, { place: where });
  return tag === undefined ? place : say(cli, accessTexts.onTags, { place, tags: tag });
}

/** An operator, and a role of the registry's own there, has nothing in projects. */
export function systemText(cli: Cli, role: string): string {
  const isEverywhere = isActions(role) || everywhere.includes(role.toLowerCase());
  return say(cli, isEverywhere ? accessTexts.everywhere : accessTexts.onSystem);
}

/** Whether that is actions instead of a role. */
export function isActions(role: string): boolean {
  return /^(?:pull|push|delete|read)(?:,|$)/.test(role);
}
