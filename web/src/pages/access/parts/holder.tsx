import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useCan } from '../../../api/use-can.ts';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { Icon } from '../../../ui/show/icon.tsx';
import { LongName } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { readHolder } from './read-holder.ts';
import { partsTexts } from './text.ts';

const icons = { user: 'user', group: 'people', robot: 'key' } as const;

interface HolderProps {
  readonly who: string;
  /** Of a group; left out by an older server. */
  readonly groupId?: number | undefined;
  /** In which it holds something: its robots have their list there. */
  readonly project?: string | undefined;
}

/** Who holds something: a link for who may open the page about them. */
export function Holder({ who, groupId, project }: HolderProps): ReactNode {
  const said = useTexts(partsTexts);
  const { isAdministrator } = useSession();
  const { kind, name } = readHolder(who);
  const paths = {
    user: pathOf('/access/people/:user', { user: name }),
    group:
      groupId === undefined
        ? `/access/groups?q=${encodeURIComponent(name)}`
        : pathOf('/access/groups/:group', { group: String(groupId) }),
    robot: `/access/robots?q=${encodeURIComponent(name)}`,
  };
  const [, own] = project === undefined ? [] : name.split(`${project}+`);
  const text = <LongName name={name} end={8} />;
  return (
    <span className="holder">
      <span title={said[kind]}>
        <Icon name={icons[kind]} />
        <span className="unseen">{said[kind]}</span>
      </span>
      {kind === 'robot' && project !== undefined && own !== undefined ? (
        <RobotOf project={project} name={own}>
          {text}
        </RobotOf>
      ) : isAdministrator ? (
        <Link to={paths[kind]} className="strong">
          {text}
        </Link>
      ) : (
        <span className="strong">{text}</span>
      )}
    </span>
  );
}

function RobotOf(props: {
  readonly project: string;
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  const { project, name, children } = props;
  const mayList = useCan(project)('robot:list') === true;
  if (!mayList) return <span className="strong">{children}</span>;
  return (
    <Link
      to={`${pathOf('/p/:project/robots', { project })}?q=${encodeURIComponent(name)}`}
      className="strong"
    >
      {children}
    </Link>
  );
}
