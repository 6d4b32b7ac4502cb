import type { RestClient } from '../client/rest-client.ts';
import { type Item, system, textField } from './item.ts';
import type { Kept } from './plan.ts';
import { api, own, type Registry, unlessRefused } from './registry/registry.ts';

export interface Caller {
  readonly username: string | undefined;
  /** Of a robot that asks. */
  readonly robotId?: number | undefined;
  readonly administers: boolean;
}

/** Robots are in no list of accounts. */
export async function callerOf(client: RestClient): Promise<Caller> {
  const current = await unlessRefused([403, 412], () =>
    client.get<{ username: string; sysadmin_flag?: boolean }>(`${api}/users/current`),
  );
  const robot =
    current === undefined
      ? await unlessRefused([403, 412], () => client.get<{ id: number }>(`${own}/robots/current`))
      : undefined;
  return {
    username: current?.username,
    robotId: robot?.id,
    administers: current?.sysadmin_flag === true,
  };
}

/**
 * What stays although the files do not have it: projects with content, and that by which whoever asks may do what they do.
 * An administrator of the system may do all that by being one; of others also a group may be what they have it by.
 */
export function keeper(registry: Registry, caller: Caller): (item: Item) => Kept | undefined {
  return (item) => {
    if (item.kind === 'project')
      return registry.repositoriesIn(item.name) > 0 ? 'has repositories' : undefined;
    return isOwn(item, caller) ? 'own access' : undefined;
  };
}

function isOwn({ kind, place, name, fields, id }: Item, { username, robotId, administers }: Caller): boolean {
  if (kind === 'robot') return robotId !== undefined && id === robotId;
  if (kind === 'member') return !administers && name === username;
  if (kind === 'group' || kind === 'role') return !administers;
  if (kind !== 'grant') return false;
  const who = textField(fields, 'who') ?? '';
  if (administers) return who === username && place === system;
  const role = textField(fields, 'role') ?? '';
  const byGroup = who.startsWith('group:') && !/^(?:guest|limitedGuest|developer|maintainer)$/.test(role);
  return who === username || byGroup || (username === undefined && who.startsWith('robot:'));
}
