import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import type { Place } from './place.ts';
import { artifactTexts } from './text.ts';

export function RawManifest({ place }: { readonly place: Place }): ReactNode {
  const said = useTexts(artifactTexts);
  const { data, error } = useAnswer(
    'GET /api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/manifest',
    { path: { project_name: place.project, repository_name: place.repository, reference: place.reference } },
  );
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={12} />;
  return (
    <section className="raw-text" aria-label={said.raw}>
      <CodeBlock label={said.raw} code={JSON.stringify(data, undefined, 2)} />
    </section>
  );
}
