import type { Told } from './told.ts';

/** Slack takes 3,000 characters in a text. */
const longestData = 2500;

/** Harbor's message for Slack: six sections. */
export function slackBody({ kind, at, operator, data }: Told): string {
  const seconds = Math.floor(at / 1000);
  const json = JSON.stringify(data, null, 2);
  const escaped = escape(json);
  const shown =
    // Not within the sign for a sign.
    escaped.length > longestData
      ? `${escaped.slice(0, longestData).replace(/&[a-z]{0,3}$/, '')}\n…`
      : escaped;
  const texts = [
    '*Berth webhook events*',
    `*event_type:* ${kind}`,
    `*occur_at:* <!date^${seconds}^{date} at {time}|${new Date(seconds * 1000).toUTCString()}>`,
    `*operator:* ${escape(operator)}`,
    '*event_data:*',
    `\`\`\`${shown}\`\`\``,
  ];
  return JSON.stringify({
    blocks: texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
  });
}

/** What means something in Slack's text: a name must not call anybody. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
