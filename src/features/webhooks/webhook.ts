import type { EventKind } from './event-kinds.ts';

export const targetForms = ['http', 'slack', 'teams', 'feishu', 'dingtalk', 'wecom', 'email'] as const;
export type TargetForm = (typeof targetForms)[number];

export const payloadFormats = ['Default', 'CloudEvents'] as const;
export type PayloadFormat = (typeof payloadFormats)[number];

export interface Target {
  /** By which what waits for it knows it, wherever it stands among the others. */
  readonly key: string;
  readonly type: TargetForm;
  /** A URL; of `email`: addresses, divided by commas. */
  readonly address: string;
  readonly skipCertVerify: boolean;
  /** Of `http`; null: the body is made by the template. */
  readonly payloadFormat: PayloadFormat | null;
  /** Of `http`: the body with `{{…}}` for what is told. */
  readonly template?: string;
}

/** What of a target is encrypted where it is kept. */
export interface TargetSecrets {
  /** Sent as it is in `Authorization`; empty: none. */
  readonly authHeader: string;
  /** With which messages are signed; empty: they are not. */
  readonly secret: string;
}

/** Which events of the wanted kinds count; an empty list: all. */
export interface Filters {
  /** Doublestar patterns on the path within the project. */
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
  /** Names of labels, any of which the artifact has. */
  readonly labels: readonly string[];
}

export interface WebhookDefinition {
  readonly name: string;
  readonly description: string;
  readonly targets: readonly Target[];
  readonly secrets: readonly TargetSecrets[];
  readonly eventTypes: readonly EventKind[];
  readonly filters: Filters;
  readonly enabled: boolean;
}

/** As it is kept, without its secrets. */
export interface Webhook extends Omit<WebhookDefinition, 'secrets'> {
  readonly id: number;
  /** Null: of the projects that `projectPattern` matches. */
  readonly projectId: number | null;
  readonly projectPattern: string;
  readonly creator: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly afterEventId: number;
  readonly sealed: { readonly bytes: Uint8Array; readonly wrappedBy: string };
}

/** Where CloudEvents come from: Harbor's path for those of a project. */
export function sourceOf({ id, projectId }: Pick<Webhook, 'id' | 'projectId'>): string {
  return projectId === null ? `/webhooks/${id}` : `/projects/${projectId}/webhook/policies/${id}`;
}

/** The name of a target among all targets. */
export function queueOf(webhookId: number, { key }: Pick<Target, 'key'>): string {
  return `webhook:${webhookId}:${key}`;
}

/** Which of the webhook's targets it is, from 0; -1: none of them any more. */
export function targetNumberOf({ targets }: Pick<Webhook, 'targets'>, queue: string): number {
  const key = queue.slice(queue.lastIndexOf(':') + 1);
  return targets.findIndex((target) => target.key === key);
}

/** The order key of what somebody asked for by the event of that id: it waits for nothing, and goes also while the webhook is off. */
export function askedKey(eventId: number): string {
  return `asked ${eventId}`;
}

/** No name of a repository has a space. */
export function isAsked(orderKey: string): boolean {
  return orderKey.startsWith('asked ');
}
