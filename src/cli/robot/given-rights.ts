import type { Flags } from '../cli.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';

interface Access {
  readonly resource: string;
  readonly action: string;
}

interface Block {
  readonly kind: string;
  readonly namespace: string;
  readonly access: readonly Access[];
  readonly repositories?: readonly string[];
}

/** As the REST API has them. */
export type Permissions = readonly Block[];

/**
 * Of `--permission` and `--repositories`; undefined where neither is given and there were none before. A robot of a
 * project takes `resource:action`, one of the system `place/resource:action`: a project, `*`, or nothing for the system.
 * @throws WrongUsage
 */
export function givenRights(
  flags: Flags,
  project: string | undefined,
  before?: Permissions,
): Permissions | undefined {
  const words = listOf(flags['permission']);
  const blocks = words.length === 0 ? before : blocksOf(words, project);
  if (flags['repositories'] === undefined || blocks === undefined) return blocks;
  if (project === undefined) throw new WrongUsage(restTexts.limitOfProject);
  const repositories = listOf(flags['repositories']).filter((pattern) => pattern !== '');
  return blocks.map((block) => ({ ...block, repositories }));
}

function listOf(given: unknown): string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

function blocksOf(words: readonly string[], project: string | undefined): Block[] {
  const places = new Map<string, Access[]>();
  for (const word of words) {
    const [, place, resource = '', action = ''] = /^(?:([^/:]*)\/)?([^/:]+):([^/:]+)$/.exec(word) ?? [];
    if (resource === '' || (place === undefined) !== (project !== undefined))
      throw new WrongUsage(restTexts.permissionWrong);
    const namespace = project ?? (place === '' ? '/' : (place ?? ''));
    places.set(namespace, [...(places.get(namespace) ?? []), { resource, action }]);
  }
  return [...places].map(([namespace, access]) => ({
    kind: namespace === '/' ? 'system' : 'project',
    namespace,
    access,
  }));
}
