import type { ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { Size } from '../../ui/show/values.tsx';
import { formatBytes } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { storageTexts } from './text.ts';

/** What can be given back, and where that is done. */
export function Reclaim(): ReactNode {
  const said = useTexts(storageTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/berth/v1/storage/reclaim', {});
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={4} />;
  const trash = data.trash?.bytes ?? 0;
  const { unreferenced = 0 } = data;
  const untagged = data.untagged?.bytes ?? 0;
  const [most] = data.untagged?.repositories ?? [];
  const all = trash + unreferenced + untagged;
  return (
    <section className="card">
      <h2>{all === 0 ? said.nothingToFree : said.canFree(formatBytes(all, language))}</h2>
      <dl className="storage-rows">
        <dt>
          {said.byTrash} · <Link to="/storage/trash">{said.openTrash}</Link>
        </dt>
        <dd>
          <Size bytes={trash} />
        </dd>
        <dt>
          {said.byCollection} · <Link to="/storage/gc">{said.openCollection}</Link>
        </dt>
        <dd>
          <Size bytes={unreferenced} />
        </dd>
        <dt>
          {said.byUntagged} · <Link to="/storage/gc?untagged=yes">{said.openUntagged}</Link>
          {most === undefined || untagged === 0 ? null : (
            <div className="meta">
              {said.untaggedMost(most.repository ?? '', formatBytes(most.bytes ?? 0, language))}
            </div>
          )}
        </dt>
        <dd>
          <Size bytes={untagged} />
        </dd>
      </dl>
    </section>
  );
}
