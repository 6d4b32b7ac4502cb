import { Fragment, type ReactNode } from 'react';

/** Its lines end behind a part of it. */
export function MediaType({ name }: { readonly name: string }): ReactNode {
  return (
    <code className="media-type">
      {[...name.matchAll(/[^/+.-]+[/+.-]?|[/+.-]/g)].map(({ 0: part, index }) => (
        <Fragment key={index}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}
