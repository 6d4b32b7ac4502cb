import type { TargetForm } from '../webhook.ts';
import type { RetentionData, Told } from './told.ts';

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

/** Of what was deleted: nobody reads more in a chat, and its messages are limited. */
const mostNamed = 20;

/** Bytes in UTF-8: WeCom takes 2,048, the others more. */
const longestText = 2000;

type Line = readonly [title: string, value: string];

function linesOf({ at, operator, object, data }: Told): readonly Line[] {
  return [
    ...(data.resources ?? []).map(({ resource_url }): Line => ['resource', resource_url]),
    ...(data.resources === undefined && data.repository !== undefined
      ? [['repository', data.repository.repo_full_name] as const]
      : []),
    ...(data.retention === undefined ? [] : retentionLines(object, data.retention)),
    ...Object.entries(data.custom_attributes ?? {}),
    ['operator', operator],
    ['time', new Date(at).toISOString()],
  ];
}

function retentionLines(
  repository: string,
  { total, retained, deleted_artifact: deleted }: RetentionData,
): Line[] {
  const shown = deleted.slice(0, mostNamed).map(({ name_tag: name }) => name);
  const more = deleted.length > mostNamed ? [`… (${deleted.length})`] : [];
  return [
    ['repository', repository],
    ['retained', `${retained} / ${total}`],
    ['deleted', [...shown, ...more].join(', ')],
  ];
}

function textOf(kind: string, lines: readonly Line[]): string {
  const text = [kind, ...lines.map(([title, value]) => `${title}: ${value}`)].join('\n');
  const bytes = Buffer.from(text);
  if (bytes.length <= longestText) return text;
  // What was cut within a character goes.
  return `${bytes
    .subarray(0, longestText - 4)
    .toString()
    .replace(/\ufffd+$/, '')}…`;
}

/** Adaptive cards read Markdown: a name must be no link. */
function plain(text: string): string {
  return text.replaceAll(/[\\[\]()*_`]/g, (sign) => `\\${sign}`);
}
