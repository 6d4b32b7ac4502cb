import type { RuleSelector } from '../../../content/tags/rule-selector.ts';
import type { EventData as RecordedData } from '../event-kinds.ts';
import type { EventData, RetentionData } from './told.ts';

/** What of a rule is told; `src/features/retention` writes more. */
interface RecordedRule {
  readonly disabled: boolean;
  readonly template: string;
  readonly params: Readonly<Record<string, number>>;
  readonly tags: readonly RuleSelector[];
  readonly repositories: readonly RuleSelector[];
}

/** Harbor's `event_data` of a run that deleted something in a repository. */
export function retentionData(
  data: RecordedData,
  of: { readonly host: string; readonly project: string },
): EventData {
  const retention: RetentionData = {
    total: Number(data['total']),
    retained: Number(data['retained']),
    harbor_hostname: of.host,
    project_name: of.project,
    retention_policy_id: Number(data['policy']),
    retention_rule: (JSON.parse(String(data['rules'])) as RecordedRule[])
      .filter(({ disabled }) => !disabled)
      .map(({ template, params, tags, repositories }) => ({
        template,
        ...(Object.keys(params).length === 0 ? {} : { params }),
        tag_selectors: tags,
        scope_selectors: { repository: repositories },
      })),
    result: 'SUCCESS',
    deleted_artifact: (JSON.parse(String(data['deleted'])) as string[]).map((name) => ({
      type: 'image',
      status: 'SUCCESS',
      name_tag: name,
      references: null,
    })),
  };
  return { retention };
}

/** A run by schedule that waits for somebody: beyond Harbor, in the part that its receivers read as text. */
export function reviewData(data: RecordedData, project: string): EventData {
  const text = (key: string): string => String(data[key] ?? '');
  return {
    custom_attributes: {
      Details: text('reason'),
      Project: project,
      Policy: text('policy'),
      Execution: text('execution'),
      Plan: text('plan'),
      Artifacts: text('dropped'),
      Tags: text('droppedTags'),
      Bytes: text('freedBytes'),
    },
  };
}
