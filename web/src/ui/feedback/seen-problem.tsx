import { type ReactNode, useEffect, useRef } from 'react';

/** Why what was sent is refused, in the server's words: brought into view in forms longer than the window. */
export function SeenProblem({ text }: { readonly text: string }): ReactNode {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <p ref={ref} className="problem" role="alert" lang="en" tabIndex={-1}>
      {text}
    </p>
  );
}
