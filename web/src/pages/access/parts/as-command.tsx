import type { ReactNode } from 'react';
import { CodeBlock } from '../../../ui/show/code-block.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { partsTexts } from './text.ts';

/** What the page does, for scripts: the command line's command and the call that it makes. */
export function AsCommand({ berth, api }: { readonly berth?: string; readonly api?: string }): ReactNode {
  const said = useTexts(partsTexts);
  return (
    <details className="as-command">
      <summary>{said.asCommand}</summary>
      <div className="stack">
        {berth === undefined ? null : <CodeBlock label={said.commandLabel} code={berth} />}
        {api === undefined ? null : <CodeBlock label={said.apiLabel} code={api} />}
      </div>
    </details>
  );
}
