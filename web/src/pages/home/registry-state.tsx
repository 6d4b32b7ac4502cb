import { Fragment, type ReactNode } from 'react';
import { Failure } from '../../api/failure.tsx';
import { endingInWords, roleTexts } from '../../api/names/role-text.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { Badge, LongName, Meter, Time } from '../../ui/show/values.tsx';
import { formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { homeTexts } from './text.ts';

/** What an administrator looks at first: whether all works, what room is left, what ends soon. */
export function RegistryState(): ReactNode {
  return (
    <div className="home-state">
      <Health />
      <Disk />
      <Ending />
    </div>
  );
}

function Health(): ReactNode {
  const said = useTexts(homeTexts);
  const { data, error } = useAnswer('GET /api/v2.0/health', {});
  const bad = (data?.components ?? []).filter(({ status }) => status !== 'healthy').length;
  return (
    <section className="card">
      <h2>
        <Link to="/health">{said.health}</Link>
      </h2>
      {error === null ? null : <Failure error={error} />}
      {data === undefined ? (
        error === null && <Skeleton lines={1} />
      ) : (
        <div>
          <Badge kind={bad === 0 ? 'ok' : 'danger'}>{bad === 0 ? said.allWell : said.notWell(bad)}</Badge>
        </div>
      )}
    </section>
  );
}

function Disk(): ReactNode {
  const said = useTexts(homeTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/v2.0/systeminfo/volumes', {});
  const [disk] = data?.storage ?? [];
  const { total = 0, free = 0 } = disk ?? {};
  const text = said.free(formatBytes(free, language), formatBytes(total, language));
  return (
    <section className="card">
      <h2>
        <Link to="/storage">{said.disk}</Link>
      </h2>
      {error === null ? null : <Failure error={error} />}
      {disk === undefined ? (
        error === null && <Skeleton lines={1} />
      ) : (
        <>
          <Meter label={text} value={total - free} of={total} />
          <div className="number">{text}</div>
        </>
      )}
    </section>
  );
}

const days = 14;
const shown = 2;
/** A longer name is cut in its middle; all others take lines. */
const longest = 40;

function Ending(): ReactNode {
  const said = useTexts(homeTexts);
  const roles = useTexts(roleTexts);
  const { language } = useLanguage();
  const { data, error } = useList('GET /api/berth/v1/expiring', {
    query: { within: `${days}d`, page: 1, page_size: shown },
  });
  const { rows = [], total = 0 } = data ?? {};
  const kinds = {
    certificate: said.certificate,
    grant: said.grant,
    robot: said.robot,
    token: said.token,
  };
  return (
    <section className="card">
      <h2>
        <Link to="/access/expiring">{said.ending(String(days))}</Link>
      </h2>
      {error === null ? null : <Failure error={error} />}
      {data === undefined ? (
        error === null && <Skeleton lines={2} />
      ) : rows.length === 0 ? (
        <div className="muted">{said.nothingEnds}</div>
      ) : (
        <ul className="home-ending">
          {rows.map((row) => (
            <li key={`${row.kind} ${row.id} ${row.name} ${row.holder}`}>
              <span className="muted">{kinds[row.kind ?? 'token']}</span>
              <span className="home-ending-what">
                {endingInWords(row, roles).map((part, at) => (
                  <Fragment key={`${at} ${part}`}>
                    {at === 0 ? null : '\u00a0· '}
                    {part.length <= longest ? part : <LongName name={part} end={10} />}
                  </Fragment>
                ))}
              </span>
              <Time at={row.expires_at} ends />
            </li>
          ))}
          {total > rows.length ? (
            <li>
              <Link to="/access/expiring">{said.more(formatNumber(total - rows.length, language))}</Link>
            </li>
          ) : null}
        </ul>
      )}
    </section>
  );
}
