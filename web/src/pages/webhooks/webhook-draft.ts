import type { Row } from '../../api/call.ts';

export type Webhook = Row<'GET /api/v2.0/projects/{project_name_or_id}/webhook/policies'>;
export type Target = NonNullable<Webhook['targets']>[number];

/** What the form holds: one target, and patterns as they are typed. */
export interface WebhookDraft {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly target: Target;
  readonly secret: string;
  readonly events: ReadonlySet<string>;
  readonly repositories: string;
  readonly tags: string;
}

export function draftOf(webhook: Webhook | undefined): WebhookDraft {
  return {
    name: webhook?.name ?? '',
    description: webhook?.description ?? '',
    // A server leaves out what is false.
    enabled: webhook === undefined || webhook.enabled === true,
    target: webhook?.targets?.[0] ?? { type: 'http', address: '', payload_format: 'Default' },
    secret: '',
    events: new Set(webhook?.event_types ?? ['PUSH_ARTIFACT', 'DELETE_ARTIFACT']),
    repositories: (webhook?.filters?.repositories ?? []).join(', '),
    tags: (webhook?.filters?.tags ?? []).join(', '),
  };
}

const patternsOf = (text: string): string[] =>
  text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');

/** What is sent; targets beyond the first and labels stay as they were. */
export function bodyOf(draft: WebhookDraft, before: Webhook | undefined): Webhook {
  const { target, secret } = draft;
  const { type = 'http', address = '', auth_header: header = '', skip_cert_verify: skip = false } = target;
  const first = {
    type,
    address: address.trim(),
    auth_header: header,
    skip_cert_verify: skip,
    ...(type === 'http' && target.template === undefined
      ? { payload_format: target.payload_format ?? 'Default' }
      : {}),
    ...(target.template === undefined ? {} : { template: target.template }),
    ...(secret === '' ? {} : { secret }),
  };
  return {
    name: draft.name,
    description: draft.description,
    enabled: draft.enabled,
    targets: [first, ...(before?.targets ?? []).slice(1)],
    event_types: [...draft.events],
    filters: {
      repositories: patternsOf(draft.repositories),
      tags: patternsOf(draft.tags),
      labels: before?.filters?.labels ?? [],
    },
  };
}
