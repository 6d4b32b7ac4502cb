import type { Input } from '../../../api/call.ts';
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

/** The day of a moment where the browser is. */
export function dayOf(at: number): string {
  const day = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** When that day is over where the browser is; undefined: of no day. */
export function endOf(day: string): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(date) + 1).toISOString().replace('.000Z', 'Z');
}
