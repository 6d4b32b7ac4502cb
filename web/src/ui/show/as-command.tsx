import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { CodeBlock } from './code-block.tsx';

interface AsCommandProps {
  /** Lines for a terminal; or what follows. */
  readonly code?: string;
  /** A command of berth. */
  readonly berth?: string;
  /** The call that the page makes. */
  readonly api?: string;
  readonly label?: string;
}

/** The same as is on the page, for a terminal; folded until somebody wants it. */
export function AsCommand({ code, berth, api, label }: AsCommandProps): ReactNode {
  const said = useTexts(uiTexts);
  const lines = code ?? [berth, api].filter((line) => line !== undefined).join('\n');
  return (
    <details className="as-command">
      <summary>{label ?? said.asCommand}</summary>
      <CodeBlock label={label ?? said.asCommand} code={lines} />
    </details>
  );
}
