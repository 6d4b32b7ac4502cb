import type { ReactNode } from 'react';
import { useTexts } from '../../../ui/text/language.tsx';
import { layerTexts } from './text.ts';

interface CrumbsProps {
  readonly folder: string;
  readonly onFolder: (folder: string) => void;
}

/** The folder that is open, and the way back up. */
export function Crumbs({ folder, onFolder }: CrumbsProps): ReactNode {
  const said = useTexts(layerTexts);
  const names = folder === '' ? [] : folder.split('/');
  return (
    <nav className="folder-crumbs" aria-label={said.path} lang="en">
      <Crumb name="/" title={said.root} current={names.length === 0} onOpen={() => onFolder('')} />
      {names.map((name, at) => {
        const to = names.slice(0, at + 1).join('/');
        return (
          <Crumb
            key={to}
            name={name}
            title={to}
            current={at === names.length - 1}
            onOpen={() => onFolder(to)}
          />
        );
      })}
    </nav>
  );
}

function Crumb(props: {
  readonly name: string;
  readonly title: string;
  readonly current: boolean;
  readonly onOpen: () => void;
}): ReactNode {
  const { name, title, current, onOpen } = props;
  if (current)
    return (
      <span aria-current="location" title={title}>
        {name}
      </span>
    );
  return (
    <button type="button" title={title} onClick={onOpen}>
      {name}
    </button>
  );
}
