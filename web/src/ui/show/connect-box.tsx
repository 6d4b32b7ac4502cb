import { type ReactNode, useRef, useState } from 'react';
import { IconButton } from '../controls/button.tsx';
import { useMore } from '../controls/use-more.ts';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { CodeBlock } from './code-block.tsx';
import { clients as all, type Client, pullCommand, pushCommands } from './connect-commands.ts';

interface ConnectBoxProps {
  readonly host: string;
  /** With its project. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  /** Those that can do something with it, the usual one first; absent: all. The one that was chosen last is chosen among them. */
  readonly clients?: readonly Client[] | undefined;
  /** Given: how to push it, by whom. */
  readonly pushBy?: string | undefined;
  /** One line, which unfolds, also in a wide window. */
  readonly short?: boolean;
}

const kept = 'berth-client';

/** Commands for a client; in a narrow window one line of the chosen one, which unfolds. */
export function ConnectBox(props: ConnectBoxProps): ReactNode {
  const { host, name, tag, digest, pushBy, clients = all, short = false } = props;
  const said = useTexts(uiTexts);
  const [chosen, setChosen] = useState(() => localStorage.getItem(kept));
  const client = clients.find((each) => each === chosen) ?? clients[0] ?? 'docker';
  const [open, setOpen] = useState(false);
  const strip = useRef<HTMLDivElement>(null);
  const more = useMore(strip);
  const registry = { host, plain: location.protocol === 'http:' };
  const image = { name, tag, digest };
  const code =
    pushBy === undefined
      ? pullCommand(client, registry, image)
      : pushCommands(client, registry, { ...image, user: pushBy });
  const folds = pushBy === undefined;
  return (
    <div className={`connect${folds ? ' folds' : ''}${short ? ' short' : ''}${open ? ' open' : ''}`}>
      <div
        className="connect-clients"
        role="radiogroup"
        aria-label={said.client}
        ref={strip}
        data-more={more}
      >
        {clients.map((each) => (
          <label key={each} className={each === client ? 'chosen' : undefined}>
            <input
              type="radio"
              className="unseen"
              name={`client-${name}`}
              checked={each === client}
              onChange={() => {
                localStorage.setItem(kept, each);
                setChosen(each);
              }}
            />
            <span lang="en">{each}</span>
          </label>
        ))}
      </div>
      <CodeBlock
        wraps="words"
        code={code}
        label={pushBy === undefined ? said.pullCommand : said.pushCommand}
      />
      {folds ? (
        <IconButton
          small
          icon="chevron"
          className="connect-fold"
          label={said.otherClients}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
      ) : null}
    </div>
  );
}
