import type { TargetForm } from '../webhook.ts';
import type { Told } from './told.ts';

/** A message for the incoming webhook of a chat. */
export function chatBody(form: Exclude<TargetForm, 'http' | 'slack'>, told: Told): object {
  const lines = linesOf(told);
  switch (form) {
    case 'teams':
      return {
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
              type: 'AdaptiveCard',
              version: '1.4',
              body: [
                { type: 'TextBlock', size: 'Medium', weight: 'Bolder', text: told.kind },
                {
                  type: 'FactSet',
                  facts: lines.map(([title, value]) => ({ title, value: plain(value) })),
                },
              ],
            },
          },
        ],
      };
    case 'feishu':
      return { msg_type: 'text', content: { text: textOf(told.kind, lines) } };
    case 'dingtalk':
    case 'wecom':
      return { msgtype: 'text', text: { content: textOf(told.kind, lines) } };
  }
}

type Line = readonly [title: string, value: string];

function linesOf({ at, operator, data }: Told): readonly Line[] {
  return [
    ...(data.resources ?? []).map(({ resource_url }): Line => ['resource', resource_url]),
    ...(data.resources === undefined && data.repository !== undefined
      ? [['repository', data.repository.repo_full_name] as const]
      : []),
    ...Object.entries(data.custom_attributes ?? {}),
    ['operator', operator],
    ['time', new Date(at).toISOString()],
  ];
}

function textOf(kind: string, lines: readonly Line[]): string {
  return [kind, ...lines.map(([title, value]) => `${title}: ${value}`)].join('\n');
}

/** Adaptive cards read Markdown: a name must be no link. */
function plain(text: string): string {
  return text.replaceAll(/[\\[\]()*_`]/g, (sign) => `\\${sign}`);
}
