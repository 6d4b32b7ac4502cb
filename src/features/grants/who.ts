import type { Holder } from '../../access/grants/find-holder.ts';
import type { HolderKind, WhoPart } from '../../access/grants/grant-page-reads.ts';
import { parseGroupType } from '../../access/groups/parse-group-type.ts';
import { findRobotByName } from '../../access/robots/robot-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';

export interface Who {
  readonly kind: HolderKind;
  /** Of a robot without the prefix. */
  readonly name: string;
}

/**
 * Somebody as people write it: `bob`, `group:makers`, `robot:team+ci` with the prefix of robots or without.
 * @throws AppError BAD_REQUEST for nobody
 */
export function parseWho(text: string, prefix: string): Who {
  if (/^(?:(?:group|robot):)?$/.test(text))
    throw new AppError('BAD_REQUEST', {
      message: 'who is meant is not said',
      detail: 'write an account (bob), a group (group:makers) or a robot account (robot:team+ci)',
    });
  const [, kind, rest = ''] = /^(group|robot):(.*)$/s.exec(text) ?? [];
  if (kind === 'group') return { kind, name: rest };
  if (kind !== 'robot') return { kind: 'user', name: text };
  return { kind, name: rest.startsWith(prefix) ? rest.slice(prefix.length) : rest };
}

/** Part of a name, of a whole kind if one is before it; what begins with the prefix of robots may be of one of them. */
export function parseWhoPart(text: string, prefix: string): readonly WhoPart[] {
  const [, kind, rest = ''] = /^(group|robot):(.*)$/s.exec(text) ?? [];
  if (kind === 'group') return [{ kind, part: rest }];
  const part = kind === 'robot' ? rest : text;
  const robots = part.startsWith(prefix) ? [{ kind: 'robot', part: part.slice(prefix.length) } as const] : [];
  return [{ kind: kind === 'robot' ? kind : undefined, part }, ...robots];
}

export function whoText({ kind, name }: Who, prefix: string): string {
  if (kind === 'robot') return `robot:${prefix}${name}`;
  return kind === 'group' ? `group:${name}` : name;
}

/** @throws AppError NOT_FOUND for no robot, BAD_REQUEST for no type of groups */
export async function findWho(db: Queries, who: Who, type: string | undefined): Promise<Holder> {
  const { kind, name } = who;
  if (kind === 'group') return { kind, name, type: parseGroupType(type) };
  if (kind === 'user') return { kind, name };
  const robot = await findRobotByName(db, name);
  if (robot === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no robot account "${name.slice(0, 255)}"` });
  return { kind, name, id: robot.id, projectId: robot.projectId ?? undefined };
}
