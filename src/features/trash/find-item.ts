import { can, canOnSystem, denies } from '../../access/authorize.ts';
import type { Permission } from '../../access/grants/roles.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { neededByTrash } from '../../content/trash/needed-reads.ts';
import { notInTrash } from '../../content/trash/restore-trash.ts';
import { findTrash, type TrashItem, type TrashPlace } from '../../content/trash/trash-reads.ts';
import type { Queries } from '../../platform/db/database.ts';

type Kind = TrashItem['kind'];

/** Who may delete may see it in the trash, and bring it back. */
const permissionOf = {
  tag: 'tag:delete',
  artifact: 'artifact:delete',
  repository: 'repository:delete',
  project: 'project:delete',
} as const satisfies Record<Kind, Permission>;

const kinds = Object.keys(permissionOf) as readonly Kind[];

type Rights = Pick<SignedInAsker, 'grants' | 'now'>;

/** Undefined: everywhere. */
export function placesOf({ grants, now }: Rights): readonly TrashPlace[] | undefined {
  if (canOnSystem(grants, 'trash:purge', now)) return undefined;
  const whole = grants.filter(({ tagPattern }) => tagPattern === null);
  const denying = whole.filter((grant) => denies(grant, 'tag:delete'));
  return [
    ...kinds.map((kind) => ({ kind, visible: visibleTo(whole, permissionOf[kind], now) })),
    ...grants.flatMap((grant) =>
      grant.tagPattern === null
        ? []
        : [
            {
              kind: 'tag' as const,
              visible: visibleTo([grant, ...denying], 'tag:delete', now),
              tagPattern: grant.tagPattern,
            },
          ],
    ),
  ];
}

/**
 * What the asker could have deleted; what others did is answered like what is not there.
 * @throws AppError NOT_FOUND
 */
export async function findItem(db: Queries, { grants, now }: Rights, id: number): Promise<TrashItem> {
  const item = await findTrash(db, id);
  if (item === undefined || !mayRestore({ grants, now }, item)) throw notInTrash(id);
  return item;
}

export interface Needed {
  /** In the order in which it comes back. */
  readonly items: readonly TrashItem[];
  /** More is needed, which the asker may not restore. */
  readonly isHidden: boolean;
}

/** Of what stands in the way of restoring something: that which the asker may restore, too. */
export async function findNeeded(db: Queries, rights: Rights, item: TrashItem): Promise<Needed> {
  const all = await neededByTrash(db, item);
  const items = all.filter((each) => mayRestore(rights, each));
  return { items, isHidden: items.length < all.length };
}

function mayRestore({ grants, now }: Rights, item: TrashItem): boolean {
  const slash = item.repository.indexOf('/');
  const place = {
    project: { id: item.projectId, public: false },
    ...(slash < 0 ? {} : { path: item.repository.slice(slash + 1) }),
    ...(item.kind === 'tag' && item.tag !== null ? { tag: item.tag } : {}),
  };
  return can(grants, permissionOf[item.kind], place, now).allowed || canOnSystem(grants, 'trash:purge', now);
}
