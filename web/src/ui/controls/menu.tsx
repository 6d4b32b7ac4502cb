import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Icon, type IconName } from '../show/icon.tsx';
import { useOutside } from './use-outside.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  /** Of a choice: whether it is the one of now. */
  readonly chosen?: boolean;
  readonly onChoose: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly icon?: IconName;
  /** Beside the icon; else the label is for those who do not see it. */
  readonly text?: string;
  readonly items: readonly MenuItem[];
}

/** A button that opens a list of things to do. */
export function Menu({ label, icon, text, items }: MenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useOutside(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) root.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className="menu" ref={root}>
      <button
        type="button"
        ref={button}
        className="button quiet"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {icon === undefined ? null : <Icon name={icon} />}
        {text === undefined ? null : <span>{text}</span>}
      </button>
      {open ? <MenuList id={id} label={label} items={items} button={button} close={close} /> : null}
    </div>
  );
}

interface MenuListProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Beside which it opens. */
  readonly button: { readonly current: HTMLElement | null };
  readonly close: () => void;
}

function MenuList({ id, label, items, button, close }: MenuListProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  useBeside(list, button);
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')];
    const at = entries.findIndex((entry) => entry === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) entries.at(to % entries.length)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={list}
      popover="manual"
      className="menu-list"
      role="menu"
      id={id}
      aria-label={label}
      onKeyDown={move}
      tabIndex={-1}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role={item.chosen === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={item.chosen}
          tabIndex={-1}
          className={item.danger === true ? 'danger' : undefined}
          onClick={() => {
            close();
            item.onChoose();
          }}
        >
          {item.icon === undefined ? null : <Icon name={item.icon} />}
          <span>{item.label}</span>
          {item.chosen === true ? <Icon name="check" /> : null}
        </button>
      ))}
    </div>
  );
}

const [gap, edge] = [4, 12];

/** Above everything, so that no frame clips it, and inside the window, wherever its button goes. */
function useBeside(
  list: { readonly current: HTMLElement | null },
  button: { readonly current: HTMLElement | null },
): void {
  useLayoutEffect(() => {
    const place = (): void => {
      const [own, from] = [list.current, button.current?.getBoundingClientRect()];
      if (own === null || from === undefined) return;
      const { width, height } = own.getBoundingClientRect();
      const below = from.bottom + gap;
      const fits = below + height + edge <= innerHeight || from.top - gap - height < edge;
      own.style.top = `${fits ? below : from.top - gap - height}px`;
      own.style.left = `${Math.max(edge, Math.min(from.right - width, innerWidth - edge - width))}px`;
    };
    list.current?.showPopover();
    place();
    addEventListener('scroll', place, { capture: true, passive: true });
    addEventListener('resize', place);
    return () => {
      removeEventListener('scroll', place, { capture: true });
      removeEventListener('resize', place);
    };
  }, [list, button]);
}
