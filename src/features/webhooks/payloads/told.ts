import type { RuleSelector } from '../../../content/tags/rule-selector.ts';
import type { EventKind } from '../event-kinds.ts';

/** What happened, as receivers are told of it in every form. */
export interface Told {
  readonly kind: EventKind;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly operator: string;
  readonly requestId: string;
  /** What it happened in: `library/app`, or the project's name. */
  readonly object: string;
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
  readonly retention?: RetentionData;
}

export interface Resource {
  readonly digest: string;
  readonly tag: string;
  /** What can be pulled: host, repository, tag or digest, without a scheme. */
  readonly resource_url: string;
}

/** Harbor's account of what a retention policy did to a repository. */
export interface RetentionData {
  readonly total: number;
  readonly retained: number;
  readonly harbor_hostname: string;
  readonly project_name: string;
  readonly retention_policy_id: number;
  readonly retention_rule: readonly RetentionRuleData[];
  readonly result: 'SUCCESS';
  readonly deleted_artifact: readonly {
    readonly type: 'image';
    readonly status: 'SUCCESS';
    /** `app:v1`, or `app@sha256:…`. */
    readonly name_tag: string;
    readonly references: null;
  }[];
}

interface RetentionRuleData {
  readonly template: string;
  readonly params?: Readonly<Record<string, number>>;
  readonly tag_selectors: readonly RuleSelector[];
  readonly scope_selectors: { readonly repository: readonly RuleSelector[] };
}
