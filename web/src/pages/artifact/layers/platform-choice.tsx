import type { ReactNode } from 'react';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { shortDigest } from '../../../ui/text/format.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import type { Artifact, Place } from '../place.ts';
import { layerTexts } from './text.ts';

interface PlatformChoiceProps {
  readonly artifact: Artifact;
  readonly place: Place;
}

/** An index has no layers: each of what it lists has. */
export function PlatformChoice({ artifact, place: { project, repository } }: PlatformChoiceProps): ReactNode {
  const said = useTexts(layerTexts);
  return (
    <section className="card">
      <h2>{said.platforms}</h2>
      <p className="muted">{said.platformsText}</p>
      <ul className="platform-choice">
        {(artifact.references ?? []).map(({ child_digest: digest = '', platform }) => {
          const { os, architecture, variant } = platform ?? {};
          const name = [os, architecture, variant]
            .filter((part) => part !== undefined && part !== '')
            .join('/');
          return (
            <li key={digest}>
              <Link
                to={pathOf('/p/:project/r/:repository*/-/a/:digest/layers', { project, repository, digest })}
                lang="en"
              >
                {name === '' || name.startsWith('unknown') ? shortDigest(digest) : name}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
