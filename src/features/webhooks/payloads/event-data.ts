import { dataOf, type EventKind, type EventData as RecordedData } from '../event-kinds.ts';
import type { ProjectFacts } from '../facts-store.ts';
import { retentionData, reviewData } from './retention-data.ts';
import type { EventData, Resource } from './told.ts';

export interface EventObject {
  readonly repository: string;
  readonly digest: string | undefined;
  readonly tag: string | undefined;
}

/** What an event happened to: `p/app@sha256:…`, `p/app:v1`, `p/app`, with what its data tell of tags and digests. */
export function objectOf(event: { readonly object: string; readonly data: string }): EventObject {
  const data = dataOf(event);
  const { object } = event;
  const at = object.indexOf('@');
  if (at > 0)
    return {
      repository: object.slice(0, at),
      digest: object.slice(at + 1),
      tag: firstTag(data['tag'] ?? data['tagsBefore']),
    };
  const colon = object.indexOf(':');
  if (colon < 0) return { repository: object, digest: undefined, tag: undefined };
  return {
    repository: object.slice(0, colon),
    digest: text(data['digest'] ?? data['previous']),
    tag: object.slice(colon + 1),
  };
}

export interface Facts {
  /** `registry.example:5000`. */
  readonly host: string;
  readonly project: ProjectFacts;
  /** Epoch milliseconds; undefined: it is gone. */
  readonly repositoryMadeAt: number | undefined;
}

/** Harbor's `event_data`. */
export function eventData(
  kind: EventKind,
  { object, data }: { readonly object: EventObject; readonly data: RecordedData },
  { host, project, repositoryMadeAt }: Facts,
): EventData {
  if (kind === 'TAG_RETENTION') return retentionData(data, { host, project: project.name });
  if (kind === 'TAG_RETENTION_REVIEW') return reviewData(data, project.name);
  const { repository, digest, tag } = object;
  const slash = repository.indexOf('/');
  const ofQuota = kind === 'QUOTA_EXCEED' || kind === 'QUOTA_WARNING';
  const dated = repositoryMadeAt === undefined || ofQuota;
  const custom = customOf(kind, data, project);
  return {
    ...(digest === undefined && tag === undefined
      ? {}
      : { resources: [resource(host, { repository, digest, tag })] }),
    repository: {
      ...(dated ? {} : { date_created: Math.floor(repositoryMadeAt / 1000) }),
      name: repository.slice(slash + 1),
      namespace: repository.slice(0, Math.max(0, slash)),
      repo_full_name: repository,
      repo_type: project.public ? 'public' : 'private',
    },
    ...(custom === undefined ? {} : { custom_attributes: custom }),
  };
}

/** Never an empty tag: receivers pull what the address says. */
function resource(host: string, { repository, digest = '', tag }: EventObject): Resource {
  return {
    digest,
    tag: tag ?? digest,
    resource_url: `${host}/${repository}${tag === undefined ? `@${digest}` : `:${tag}`}`,
  };
}

function customOf(
  kind: EventKind,
  data: RecordedData,
  { usedBytes, limitBytes }: ProjectFacts,
): Readonly<Record<string, string>> | undefined {
  switch (kind) {
    case 'QUOTA_EXCEED':
      return { Details: text(data['message']) ?? 'the project would exceed its storage limit' };
    case 'QUOTA_WARNING':
      return {
        Details: `quota usage reach ${warningPercent}%: resource storage used ${usedBytes} bytes of ${limitBytes} bytes`,
      };
    case 'LABEL_ADDED':
    case 'LABEL_REMOVED':
      return { Label: text(data['label']) ?? '' };
    default:
      return undefined;
  }
}

export const warningPercent = 85;

export function isNearLimit({ usedBytes, limitBytes }: ProjectFacts): boolean {
  return limitBytes > 0 && usedBytes * 100 >= limitBytes * warningPercent;
}

function firstTag(value: string | number | null | undefined): string | undefined {
  return text(value)?.split(',')[0];
}

function text(value: string | number | null | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
