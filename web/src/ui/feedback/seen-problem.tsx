import { type ReactNode, useEffect, useRef } from 'react';

/** Why what was sent is refused, in the words of the page's language: brought into view in forms longer than the window. */
export function SeenProblem({ text }: { readonly text: string }): ReactNode {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <p ref={ref} className="problem" role="alert" tabIndex={-1}>
      {text}
    </p>
  );
}
