import { Fragment, type ReactNode } from 'react';
import { useCan } from '../../api/use-can.ts';
import { useList } from '../../api/use-list.ts';
import { Link } from '../../ui/navigation/link.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { blankAfter } from '../../ui/text/blank-after.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { countHolders, mostGrants } from './count-holders.ts';
import { projectTexts } from './text.ts';

/** How many people and groups have which role in the whole project, and how much is given on a part of it. */
export function People({ project }: { readonly project: string }): ReactNode {
  const said = useTexts(projectTexts);
  const { language } = useLanguage();
  const mayList = useCan(project)('member:list') === true;
  const { data } = useList(
    'GET /api/berth/v1/grants',
    { query: { project, page: 1, page_size: mostGrants } },
    { enabled: mayList },
  );
  if (data === undefined) return null;
  const { roles, inPart } = countHolders(data.rows, project);
  const number = (value: number): string => formatNumber(value, language);
  const firstGrants = said.firstGrants(number(data.rows.length), number(data.total));
  const access = pathOf('/p/:project/access', { project });
  const words: Readonly<Record<string, string>> = {
    projectAdmin: said.projectAdmin,
    maintainer: said.maintainer,
    developer: said.developer,
    guest: said.guest,
    limitedGuest: said.limitedGuest,
    pull: said.pull,
    push: said.push,
    delete: said.delete,
    read: said.read,
  };
  const nameOf = (role: string): string =>
    role
      .split(',')
      .map((word) => words[word] ?? word)
      .join(' + ');
  return (
    <section className="card">
      <h2>{said.people}</h2>
      {roles.length === 0 ? <p className="muted">{said.nobody}</p> : null}
      <dl className="details">
        {roles.map(({ role, people, groups }) => (
          <Fragment key={role}>
            <dt>{nameOf(role)}</dt>
            <dd>
              {[
                ...(people === 0 ? [] : [said.peopleCount(number(people))]),
                ...(groups === 0 ? [] : [said.groupCount(number(groups))]),
              ].join(' · ')}
            </dd>
          </Fragment>
        ))}
        {inPart === 0 ? null : (
          <>
            <dt>{said.inPart}</dt>
            <dd>
              <Link to={access}>{number(inPart)}</Link>
            </dd>
          </>
        )}
      </dl>
      {data.total > data.rows.length ? (
        <p className="meta">
          {firstGrants}
          {blankAfter(firstGrants)}
          <Link to={access}>{said.allGrants}</Link>
        </p>
      ) : null}
    </section>
  );
}
