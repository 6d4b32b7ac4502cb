import type { AuditEvent } from './audit-event.ts';

export interface EventPlace {
  readonly project: string;
  /** Without the project. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The repository, and the tag or artifact in it, that an event is about; undefined: it is about something else. */
export function placeOfEvent({ event, object = '' }: Loose): EventPlace | undefined {
  if (!/^(?:artifact|tag|repository)\./.test(event ?? '')) return undefined;
  const [, project, repository, tag, digest] =
    /^([^/:@]+)\/([^:@]+)(?::([^:@/]+)|@(sha(?:256|512):[0-9a-f]+))?$/.exec(object) ?? [];
  if (project === undefined || repository === undefined) return undefined;
  return {
    project,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

type Loose = { readonly [K in 'event' | 'object' | 'username' | 'result']?: AuditEvent[K] | undefined };

const actions: Readonly<Record<string, string>> = {
  'artifact.pulled': 'pull',
  'artifact.pushed': 'push',
  'tag.moved': 'push',
  'artifact.deleted': 'artifact:delete',
  'tag.deleted': 'tag:delete',
  'repository.deleted': 'delete',
};

/** Where it is explained why somebody was refused; undefined: it was done, or nothing explains it. */
export function explanationOf(event: Loose): string | undefined {
  const { username: who = '', result } = event;
  const action = actions[event.event ?? ''];
  const place = placeOfEvent(event);
  // Of who is not there any more the log has a number.
  if (result !== 'refused' || action === undefined || place === undefined || /^$|:/.test(who))
    return undefined;
  const { project, repository, tag } = place;
  const where = `${project}/${repository}${tag === undefined ? '' : `:${tag}`}`;
  return `/access/explain?${new URLSearchParams({ who, action, where }).toString()}`;
}
