import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { CodeBlock } from './code-block.tsx';

/** The same as is on the page, for a terminal; folded until somebody wants it. */
export function AsCommand({ code, label }: { readonly code: string; readonly label?: string }): ReactNode {
  const said = useTexts(uiTexts);
  return (
    <details className="as-command">
      <summary>{label ?? said.asCommand}</summary>
      <CodeBlock label={label ?? said.asCommand} code={code} />
    </details>
  );
}
