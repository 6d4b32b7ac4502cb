import { ApiError } from '../../api/api-error.ts';
import type { Row } from '../../api/call.ts';

export type Webhook = Row<'GET /api/v2.0/projects/{project_name_or_id}/webhook/policies'>;
export type Target = NonNullable<Webhook['targets']>[number];

/** A target as it is typed; the server never tells its secret. */
export interface TargetDraft {
  /** Of this form only: a target has no name of its own. */
  readonly key: number;
  readonly target: Target;
  readonly secret: string;
}

/** As many as the server takes. */
export const mostTargets = 20;

/** What the form holds: targets, and patterns as they are typed. */
export interface WebhookDraft {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly targets: readonly TargetDraft[];
  readonly events: ReadonlySet<string>;
  readonly repositories: string;
  readonly tags: string;
}

const emptyTarget: Target = { type: 'http', address: '', payload_format: 'Default' };

export function withTarget(targets: readonly TargetDraft[]): readonly TargetDraft[] {
  const key = Math.max(-1, ...targets.map((each) => each.key)) + 1;
  return [...targets, { key, target: emptyTarget, secret: '' }];
}

export function draftOf(webhook: Webhook | undefined): WebhookDraft {
  return {
    name: webhook?.name ?? '',
    description: webhook?.description ?? '',
    // A server leaves out what is false.
    enabled: webhook === undefined || webhook.enabled === true,
    targets: (webhook?.targets ?? [emptyTarget]).map((target, key) => ({ key, target, secret: '' })),
    events: new Set(webhook?.event_types ?? ['PUSH_ARTIFACT']),
    repositories: (webhook?.filters?.repositories ?? []).join(', '),
    tags: (webhook?.filters?.tags ?? []).join(', '),
  };
}

const patternsOf = (text: string): string[] =>
  text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');

/** What is sent; labels stay as they were. */
export function bodyOf(draft: WebhookDraft, before: Webhook | undefined): Webhook {
  return {
    name: draft.name,
    description: draft.description,
    enabled: draft.enabled,
    targets: draft.targets.map(targetOf),
    event_types: [...draft.events],
    filters: {
      repositories: patternsOf(draft.repositories),
      tags: patternsOf(draft.tags),
      labels: before?.filters?.labels ?? [],
    },
  };
}

function targetOf({ target, secret }: TargetDraft): Target {
  const { type = 'http', address = '', auth_header: header = '', skip_cert_verify: skip = false } = target;
  // What was typed for another kind is no part of a mail, which the server would refuse with it.
  if (type === 'email') return { type, address: address.trim() };
  return {
    type,
    address: address.trim(),
    auth_header: header,
    skip_cert_verify: skip,
    ...(type === 'http' ? bodyFormOf(target) : {}),
    ...(secret === '' ? {} : { secret }),
  };
}

function bodyFormOf({ template, payload_format: format = 'Default' }: Target): Target {
  return template === undefined ? { payload_format: format } : { template };
}

/** Refusals that are of an address, by the value of them that tells which one. */
const ofAddress: Readonly<Record<string, string>> = {
  'address wrong': 'address',
  'address not public': 'address',
  'host not allowed': 'address',
  'address of registry': 'address',
  'recipient refused': 'address',
  'e-mail invalid': 'email',
};

/** Whose address was refused; undefined: it was refused for something else. */
export function refusedTarget(error: Error, targets: readonly TargetDraft[]): TargetDraft | undefined {
  const because = error instanceof ApiError ? error.because : undefined;
  const refused = because?.values[ofAddress[because.kind] ?? ''];
  if (refused === undefined) return undefined;
  return targets.find(({ target: { type, address = '' } }) => {
    const all = type === 'email' ? address.split(',') : [address];
    return all.some((each) => each.trim() === refused);
  });
}
