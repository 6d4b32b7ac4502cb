import { type ReactNode, useEffect, useState } from 'react';
import { IconButton } from '../controls/button.tsx';
import { Link } from '../navigation/link.tsx';
import {
  formatAbsolute,
  formatBytes,
  formatEnd,
  formatNumber,
  formatRelative,
  shortDigest,
  timeOf,
} from '../text/format.ts';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { useBegun } from './use-begun.ts';
import { useCopy } from './use-copy.ts';

export function Size({ bytes }: { readonly bytes: number | undefined }): ReactNode {
  const { language } = useLanguage();
  const said = useTexts(uiTexts);
  if (bytes === undefined) return <span className="muted">–</span>;
  return (
    <span className="number" title={said.bytes(formatNumber(bytes, language))}>
      {formatBytes(bytes, language)}
    </span>
  );
}

export function Count({ value }: { readonly value: number | undefined }): ReactNode {
  const { language } = useLanguage();
  return <span className="number">{value === undefined ? '–' : formatNumber(value, language)}</span>;
}

interface TimeProps {
  readonly at: string | number | undefined;
  /** It is when something ends, which of a whole day is told by that day. */
  readonly ends?: boolean;
}

/** How long ago; with its exact time for whoever points at it. */
export function Time({ at, ends }: TimeProps): ReactNode {
  const { language } = useLanguage();
  const said = useTexts(uiTexts);
  const now = useNow();
  // The first format of a browser takes as long as ten rows.
  const hasBegun = useBegun();
  const time = typeof at === 'number' ? at : timeOf(at);
  if (time === undefined) return <span className="muted">{said.never}</span>;
  const exact = ends === true ? formatEnd : formatAbsolute;
  return (
    <time dateTime={new Date(time).toISOString()} title={hasBegun ? exact(time, language) : undefined}>
      {formatRelative(time, now, language)}
    </time>
  );
}

/** The same of what may not have come yet, which is no never. */
export function TimeIfAny({ at }: Pick<TimeProps, 'at'>): ReactNode {
  return at === undefined ? <span className="muted">–</span> : <Time at={at} />;
}

const everyMs = 30_000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface DigestProps {
  readonly digest: string | undefined;
  /** Default: it leads nowhere. */
  readonly to?: string;
}

/** Twelve digits, the whole one on the clipboard. */
export function Digest({ digest, ...led }: DigestProps): ReactNode {
  if (digest === undefined) return <span className="muted">–</span>;
  return <Copyable text={digest} shown={shortDigest(digest)} {...led} />;
}

interface CopyableProps {
  readonly text: string;
  /** Default: all of it. */
  readonly shown?: string;
  readonly to?: string;
}

/** What is typed elsewhere, as it is typed, with a button that puts it on the clipboard. */
export function Copyable({ text, shown = text, to }: CopyableProps): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  const code = <code title={text}>{shown}</code>;
  return (
    <span className="digest" lang="en">
      {to === undefined ? code : <Link to={to}>{code}</Link>}
      <IconButton
        small
        icon={copied ? 'check' : 'copy'}
        label={copied ? said.copied : said.copyDigest(shown)}
        onClick={() => copy(text)}
      />
    </span>
  );
}

type BadgeKind = 'plain' | 'accent' | 'ok' | 'warning' | 'danger' | 'info';

interface BadgeProps {
  readonly kind?: BadgeKind;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

export function Badge({ kind = 'plain', title, children }: BadgeProps): ReactNode {
  return (
    <span className={`badge ${kind}`} title={title}>
      {children}
    </span>
  );
}

interface LongNameProps {
  readonly name: string;
  /** How many letters of its end are always there. */
  readonly end?: number;
}

/** A name of any length: its middle is left out where there is no room, its end never. */
export function LongName({ name, end = 16 }: LongNameProps): ReactNode {
  if (name.length <= end * 2.5) return <span className="long-name whole">{name}</span>;
  return (
    <span className="long-name" title={name}>
      <span className="long-name-head">{name.slice(0, -end)}</span>
      <span>{name.slice(-end)}</span>
    </span>
  );
}

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly of: number;
  /** A comparison, of which nothing is too much. */
  readonly quiet?: boolean;
}

/** A share of something: red from nine tenths on. */
export function Meter({ label, value, of, quiet }: MeterProps): ReactNode {
  const share = of <= 0 ? 1 : Math.min(1, value / of);
  const kind = quiet === true ? 'ok' : share >= 0.9 ? 'danger' : share >= 0.75 ? 'warning' : 'ok';
  return (
    <svg
      className={`meter ${kind}`}
      role="img"
      aria-label={label}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
    >
      <rect className="meter-whole" width="100" height="6" />
      <rect className="meter-part" width={Math.max(share * 100, share > 0 ? 1 : 0)} height="6" />
    </svg>
  );
}
