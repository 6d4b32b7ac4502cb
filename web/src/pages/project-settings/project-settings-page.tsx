import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import type { PageProps } from '../../ui/navigation/page.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { AccessCard } from './access-card.tsx';
import { EndCards } from './end-cards.tsx';
import { ImmutableTags } from './immutable-tags.tsx';
import { ProtectedTags } from './protected-tags.tsx';
import { QuotaCard } from './quota-card.tsx';
import { projectSettingsTexts } from './text.ts';

export function ProjectSettingsPage({ params: { project = '' } }: PageProps): ReactNode {
  const said = useTexts(projectSettingsTexts);
  const { data, error, refetch } = useAnswer('GET /api/berth/v1/me/can', { query: { scope: project } });
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={8} />;
  const { permissions = [] } = data;
  const whyNot = (permission: string): string | undefined =>
    permissions.includes(permission) ? undefined : said.needs(permission);
  const card = { project, whyNot };
  return (
    <div className="stack">
      <div className="columns">
        <AccessCard {...card} />
        <QuotaCard {...card} />
      </div>
      {permissions.includes('immutable-tag:list') ? <ImmutableTags {...card} /> : null}
      {permissions.includes('member:list') ? <ProtectedTags {...card} /> : null}
      <EndCards {...card} />
    </div>
  );
}
