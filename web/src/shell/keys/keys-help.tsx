import { Fragment, type ReactNode } from 'react';
import { useSession } from '../../api/session.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { singleKeysOn } from '../../ui/text/keys-preference.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { paletteKeys } from './palette-keys.ts';
import { keyTexts } from './text.ts';

interface Line {
  readonly keys: readonly string[];
  /** Between two keys; default: one after the other. */
  readonly or?: true;
  readonly does: string;
}

/** All keys, and how to switch them off. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const said = useTexts(keyTexts);
  const { user } = useSession();
  const lines: readonly Line[] = [
    { keys: [paletteKeys()], does: said.palette },
    { keys: ['/'], does: said.filter },
    { keys: ['g', 'h'], does: said.goHome },
    { keys: ['g', 'p'], does: said.goProjects },
    { keys: ['g', 's'], does: said.goSearch },
    { keys: ['g', 'a'], does: said.goActivity },
    { keys: ['j', 'k'], or: true, does: said.rows },
    { keys: ['Enter'], does: said.open },
    { keys: ['x'], does: said.choose },
    { keys: ['c'], does: said.copyCommand },
    { keys: ['y'], does: said.copyAddress },
    { keys: ['t'], does: said.theme },
    { keys: ['?'], does: said.help },
    { keys: ['Esc'], does: said.close },
  ];
  return (
    <Dialog title={said.title} onClose={onClose}>
      {singleKeysOn() ? null : <p className="banner">{said.offText}</p>}
      <dl className="keys">
        {lines.map(({ keys, or, does }) => (
          <Fragment key={does}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key, at) => (
                <Fragment key={key}>
                  {at === 0 ? null : <span className="meta">{or === true ? said.or : said.followedBy}</span>}
                  <kbd>{key}</kbd>
                </Fragment>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
      {user === undefined ? null : (
        <p>
          <Link to="/me" onFollow={onClose}>
            {said.preference}
          </Link>
        </p>
      )}
    </Dialog>
  );
}
