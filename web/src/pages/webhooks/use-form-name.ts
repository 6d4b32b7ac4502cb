import { useTexts } from '../../ui/text/language.tsx';
import { webhooksTexts } from './text.ts';

/** Names that are the same in every language. */
const names: Readonly<Record<string, string>> = {
  http: 'JSON',
  CloudEvents: 'CloudEvents',
  slack: 'Slack',
  teams: 'Teams',
};
const worded = ['feishu', 'dingtalk', 'wecom', 'email', 'template'] as const;

/** In which words a target is told: a chat's, a mail, or a form of JSON. */
export function useFormName(): (form: string) => string {
  const said = useTexts(webhooksTexts);
  return (form) => {
    const word = worded.find((each) => each === form);
    return word === undefined ? (names[form] ?? form) : said[word];
  };
}
