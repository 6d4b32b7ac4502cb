import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useBegun } from '../show/use-begun.ts';

interface RowsProps<R> {
  readonly rows: readonly R[];
  /** How many cells a row has. */
  readonly span: number;
  readonly keyOf: (row: R) => string;
  /** What stands in place of a row that is not drawn. */
  readonly nameOf: (row: R) => string;
  readonly draw: (row: R) => ReactNode;
}

/** Up to so many are drawn whatever the window shows. */
const drawnWhole = 100;
const rowsOfGroup = 25;
/** Of the first table that the browser shows, so that it can be used before those below the window are there. */
const rowsOfWindow = 10;
/** Beyond the window, so that they are there before they are seen. */
const aheadPx = 600;
/** Of a row, until one was measured. */
const usualPx = 41;

/** The rows of a table; of many only those near the window, in groups that keep their height. */
export function Rows<R>({ rows, span, keyOf, nameOf, draw }: RowsProps<R>): ReactNode {
  const first = useRef<HTMLTableSectionElement>(null);
  const [rowPx, setRowPx] = useState(usualPx);
  const isWhole = rows.length <= drawnWhole;
  useLayoutEffect(() => {
    const row = first.current?.rows[0];
    if (!isWhole && row !== undefined && row.className !== away) setRowPx(row.getBoundingClientRect().height);
  }, [isWhole]);
  const hasBegun = useBegun();
  if (isWhole) return <tbody>{(hasBegun ? rows : rows.slice(0, rowsOfWindow)).map(draw)}</tbody>;
  const groups: (readonly R[])[] = [];
  for (let at = 0; at < rows.length; at += rowsOfGroup) groups.push(rows.slice(at, at + rowsOfGroup));
  return groups.map((group, no) => (
    <RowGroup
      key={group[0] === undefined ? '' : keyOf(group[0])}
      rows={group}
      span={span}
      nameOf={nameOf}
      draw={draw}
      rowPx={rowPx}
      {...(no === 0 ? { first } : {})}
    />
  ));
}

interface RowGroupProps<R> extends Omit<RowsProps<R>, 'keyOf'> {
  readonly rowPx: number;
  /** Of the first one, which is near the window from the beginning. */
  readonly first?: { current: HTMLTableSectionElement | null };
}

const away = 'rows-away';

/** Names stand where rows are not drawn, so that the browser's search finds them, and whoever scrolls fast sees them. */
function RowGroup<R>({ rows, span, nameOf, draw, rowPx, first }: RowGroupProps<R>): ReactNode {
  const own = useRef<HTMLTableSectionElement>(null);
  const body = first ?? own;
  const [near, setNear] = useState(first !== undefined);
  useEffect(() => {
    const group = body.current;
    if (group === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        // Who is at a control in it must not lose it.
        const isUsed = group.contains(document.activeElement);
        setNear(entries.at(-1)?.isIntersecting === true || isUsed);
      },
      { rootMargin: `${aheadPx}px 0px` },
    );
    observer.observe(group);
    return () => observer.disconnect();
  }, [body]);
  if (near) return <tbody ref={body}>{rows.map(draw)}</tbody>;
  const height = `${rowPx}px`;
  return (
    <tbody ref={body}>
      <tr className={away}>
        <td colSpan={span}>
          {rows.map(nameOf).map((name) => (
            <div key={name} style={{ height }}>
              {name}
            </div>
          ))}
        </td>
      </tr>
    </tbody>
  );
}
