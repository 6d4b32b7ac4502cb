import type { TargetForm } from '../webhook.ts';
import { type Line, linesOf } from './lines-of.ts';
import type { Told } from './told.ts';

/** A message for the incoming webhook of a chat. */
export function chatBody(form: Exclude<TargetForm, 'http' | 'slack' | 'email'>, told: Told): object {
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

/** Bytes in UTF-8: WeCom takes 2,048, the others more. */
const longestText = 2000;

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
