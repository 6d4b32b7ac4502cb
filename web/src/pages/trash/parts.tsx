import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { formatNumber, shortDigest } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { trashTexts } from './text.ts';

export type TrashItem = Row<'GET /api/berth/v1/trash'>;

const shown = 8;

/** All that one deletion took. */
export function Parts({ id, title }: { readonly id: number; readonly title: string }): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/berth/v1/trash/{trash_id}', { path: { trash_id: id } });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <p className="muted">{said.loading}</p>;
  const { tags = [], tag_count: tagCount = 0, artifact_count: artifactCount = 0 } = data;
  return (
    <div>
      <h3>{title}</h3>
      <p>{said.countOf(formatNumber(artifactCount, language), formatNumber(tagCount, language))}</p>
      <ul className="trash-parts">
        {tags.slice(0, shown).map(({ name = '', digest = '' }) => (
          <li key={`${name}@${digest}`}>
            {name} <code className="meta">{shortDigest(digest)}</code>
          </li>
        ))}
        {tagCount > shown ? (
          <li className="muted">{said.more(formatNumber(tagCount - shown, language))}</li>
        ) : null}
      </ul>
    </div>
  );
}
