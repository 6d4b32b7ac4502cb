import type { Args } from '../action.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { accessTexts } from './text.ts';

/** A role at a place, as it was written on the command line. */
export interface AskedRole {
  readonly username: string;
  readonly role: string;
  readonly project: string | undefined;
  readonly repositories: string | undefined;
  readonly tags: string | undefined;
  /** The name is that of a group. */
  readonly isGroup: boolean;
  /** Tells groups of one name apart. */
  readonly type: unknown;
}

export function askedRole(flags: Flags, [username = '', role = '', place]: Args) {
  const slash = place?.indexOf('/') ?? -1;
  const tags = flags['tags'];
  return {
    username,
    role,
    project: slash < 0 ? place : place?.slice(0, slash),
    repositories: slash < 0 ? undefined : place?.slice(slash + 1),
    tags: typeof tags === 'string' ? tags : undefined,
    isGroup: flags['group'] === true,
    type: flags['type'],
  } satisfies AskedRole;
}

export function placeText(cli: Cli, { project, repositories, tags }: AskedRole): string {
  if (project === undefined) return say(cli, accessTexts.everywhere);
  const place = repositories === undefined ? project : `${project}/${repositories}`;
  return tags === undefined
    ? say(cli, accessTexts.onPlace, { place })
    : say(cli, accessTexts.onTags, { place, tags });
}
