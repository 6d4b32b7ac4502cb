import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { IconButton } from '../../ui/controls/button.tsx';
import { Icon } from '../../ui/show/icon.tsx';
import { LongName } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { isOfInputMethod } from '../keys/read-key.ts';
import type { Group, Option } from './palette-groups.ts';
import { paletteTexts } from './text.ts';
import { useGroups } from './use-groups.ts';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** One field for everything there is: the pattern of a combobox with a list box, whose focus stays in the field. */
export function Palette({ onClose, onHelp }: PaletteProps): ReactNode {
  const said = useTexts(paletteTexts);
  const { language } = useLanguage();
  const dialog = useModal();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const { groups, waiting, failed } = useGroups(typed, onHelp);
  const options = groups.flatMap((group) => group.options);
  const chosen = options[Math.min(at, options.length - 1)];
  const run = (option: Option): void => {
    onClose();
    option.run();
  };
  const move = (event: KeyboardEvent<HTMLInputElement>): void => {
    // What an input method makes of Enter and arrows is its own.
    if (isOfInputMethod(event.nativeEvent)) return;
    if (event.key === 'Enter' && chosen !== undefined) run(chosen);
    else {
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
      if (to === undefined) return;
      const last = options.length - 1;
      const step = Math.abs(to - at) === 1;
      setAt(step ? (to + options.length) % Math.max(options.length, 1) : Math.min(last, Math.max(0, to)));
    }
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={said.title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <Field
        typed={typed}
        onTyped={(text) => {
          setTyped(text);
          setAt(0);
        }}
        onKeyDown={move}
        onClose={onClose}
        list={`${id}-list`}
        active={chosen === undefined ? undefined : `${id}-${chosen.id}`}
      />
      <List
        id={id}
        groups={groups}
        chosen={chosen}
        onPoint={(option) => setAt(options.indexOf(option))}
        onChoose={run}
      />
      <div className="palette-foot">
        <span>{said.howTo}</span>
        <span role="status">
          {failed
            ? said.failed
            : waiting || typed === ''
              ? ''
              : said.found(formatNumber(options.length, language))}
        </span>
      </div>
    </dialog>
  );
}

function useModal() {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return ref;
}

interface FieldProps {
  readonly typed: string;
  readonly onTyped: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly onClose: () => void;
  readonly list: string;
  readonly active: string | undefined;
}

function Field({ typed, onTyped, onKeyDown, onClose, list, active }: FieldProps): ReactNode {
  const said = useTexts(paletteTexts);
  const words = useTexts(uiTexts);
  return (
    <div className="palette-field">
      <Icon name="search" />
      <input
        type="text"
        role="combobox"
        aria-label={said.title}
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active}
        value={typed}
        onChange={(event) => onTyped(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={said.placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <IconButton icon="close" label={words.close} onClick={onClose} />
    </div>
  );
}

interface ListProps {
  readonly id: string;
  readonly groups: readonly Group[];
  readonly chosen: Option | undefined;
  readonly onPoint: (option: Option) => void;
  readonly onChoose: (option: Option) => void;
}

function List({ id, groups, chosen, onPoint, onChoose }: ListProps): ReactNode {
  const said = useTexts(paletteTexts);
  const box = useRef<HTMLDivElement>(null);
  const active = chosen?.id;
  useEffect(() => {
    if (active !== undefined)
      box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      className="palette-list"
      id={`${id}-list`}
      role="listbox"
      aria-label={said.results}
      ref={box}
      tabIndex={-1}
    >
      {groups.map((group) => (
        <div key={group.id} role="group" aria-labelledby={`${id}-of-${group.id}`}>
          <div className="palette-group" id={`${id}-of-${group.id}`} role="presentation">
            {group.label}
          </div>
          {group.options.map((option) => (
            <div
              key={option.id}
              id={`${id}-${option.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={option === chosen}
              className="palette-option"
              onMouseMove={() => onPoint(option)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(option)}
              onKeyDown={undefined}
            >
              <Icon name={option.icon} />
              <LongName name={option.label} />
              {option.detail === '' ? null : <span className="meta">{option.detail}</span>}
            </div>
          ))}
        </div>
      ))}
      {groups.length === 0 ? <p className="palette-none">{said.nothing}</p> : null}
    </div>
  );
}
