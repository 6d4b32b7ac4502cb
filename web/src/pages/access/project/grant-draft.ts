import type { Input } from '../../../api/call.ts';
import { dayOf, endOf } from '../parts/day.ts';
import type { Grant } from '../parts/grant-columns.tsx';
import { type HolderKind, readHolder } from '../parts/read-holder.ts';

/** What is typed in the form. */
export interface Draft {
  readonly kind: HolderKind;
  readonly name: string;
  readonly role: string;
  readonly place: 'whole' | 'some';
  readonly repository: string;
  readonly tag: string;
  /** A day, `2027-03-31`, or empty. */
  readonly end: string;
  /** Tells groups of one name apart; undefined: the server finds it. */
  readonly groupType: string | undefined;
}

type Body = Input<'POST /api/berth/v1/grants'>['body'];

export function draftOf(project: string, before: Grant | undefined): Draft {
  const { who = '', role = 'pull', where = project, tag = '', expires_at: end } = before ?? {};
  return {
    ...readHolder(who),
    role,
    place: where === project ? 'whole' : 'some',
    repository: where === project ? '' : where.slice(project.length + 1),
    tag,
    end: end === undefined ? '' : dayOf(Date.parse(end) - 1),
    groupType: before?.group_type,
  };
}

export function grantBody(project: string, draft: Draft): Body {
  const { kind, name, role, place, repository, tag, end, groupType } = draft;
  const expiresAt = endOf(end);
  return {
    who: kind === 'user' ? name.trim() : `${kind}:${name.trim()}`,
    role,
    where: place === 'whole' ? project : `${project}/${repository.trim()}`,
    ...(tag.trim() === '' ? {} : { tag: tag.trim() }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(groupType === undefined ? {} : { group_type: groupType }),
  };
}
