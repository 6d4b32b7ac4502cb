import type { ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { useCopy } from './use-copy.ts';

/** Commands to copy: what is shown is what is copied. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  return (
    <div className="code-block" lang="en">
      <pre tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <Button
        small
        icon={copied ? 'check' : 'copy'}
        aria-label={`${said.copy}: ${label}`}
        onClick={() => copy(code)}
      >
        {copied ? said.copied : said.copy}
      </Button>
    </div>
  );
}
