import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { CodeBlock } from './code-block.tsx';

/** The same without the console, for whoever wants to repeat it. */
export function AsCommand({ code }: { readonly code: string }): ReactNode {
  const said = useTexts(uiTexts);
  return (
    <details className="as-command">
      <summary>{said.asCommand}</summary>
      <CodeBlock label={said.asCommand} code={code} />
    </details>
  );
}
