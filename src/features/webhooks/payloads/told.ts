import type { EventKind } from '../event-kinds.ts';

/** What happened, as receivers are told of it in every form. */
export interface Told {
  readonly kind: EventKind;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly operator: string;
  readonly requestId: string;
  readonly data: EventData;
}

/** Harbor's `event_data`, whose empty parts are left out. */
export interface EventData {
  readonly resources?: readonly Resource[];
  readonly repository?: {
    /** Unix seconds; absent when it is gone. */
    readonly date_created?: number;
    readonly name: string;
    readonly namespace: string;
    readonly repo_full_name: string;
    readonly repo_type: 'public' | 'private';
  };
  readonly custom_attributes?: Readonly<Record<string, string>>;
}

export interface Resource {
  readonly digest: string;
  readonly tag: string;
  /** What can be pulled: host, repository, tag or digest, without a scheme. */
  readonly resource_url: string;
}
