import { Fragment } from 'react';
import { Button, DeleteButton } from '../../../ui/controls/button.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { pathOf } from '../../../ui/navigation/match.ts';
import { Badge, LongName, Time } from '../../../ui/show/values.tsx';
import type { Column } from '../../../ui/table/data-table.tsx';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { uiTexts } from '../../../ui/text.ts';
import { Ending } from '../parts/ending.tsx';
import type { Robot } from './rights.ts';
import { rightsInWords, rightsOfRobot } from './rights-in-words.ts';
import type { RobotDoing } from './robot-doings.tsx';
import { robotsTexts } from './text.ts';

/** @param project whose robots they are; undefined: those of the system */
export function useRobotColumns(
  project: string | undefined,
  whyNot: string | undefined,
  onDo: (doing: RobotDoing) => void,
): readonly Column<Robot>[] {
  const said = useTexts(robotsTexts);
  const actions: Column<Robot> = {
    id: 'actions',
    header: '',
    actions: true,
    cell: (robot) => <Actions robot={robot} onDo={onDo} />,
  };
  return [
    {
      id: 'name',
      header: said.name,
      sort: 'name',
      cell: ({ name = '', description }) => (
        <span className="strong" title={description}>
          <LongName name={name} />
        </span>
      ),
    },
    { id: 'state', header: said.state, cell: (robot) => <State robot={robot} /> },
    { id: 'where', header: said.rightsIn, cell: (robot) => <Where robot={robot} project={project} /> },
    { id: 'rights', header: said.rights, priority: 2, cell: (robot) => <Rights robot={robot} /> },
    {
      id: 'ends',
      header: said.ends,
      cell: ({ expires_at: at = -1 }) => <Ending at={at === -1 ? undefined : at * 1000} />,
    },
    {
      id: 'used',
      header: said.lastUsed,
      priority: 2,
      cell: ({ last_used_time: at, last_used_address: address = '', last_used_client: client = '' }) => (
        <span title={`${address} ${client}`.trim()}>
          <Time at={at} />
        </span>
      ),
    },
    {
      id: 'created',
      header: said.created,
      sort: '-creation_time',
      priority: 3,
      cell: ({ creation_time: at }) => <Time at={at} />,
    },
    ...(whyNot === undefined ? [actions] : []),
  ];
}

function State({ robot }: { readonly robot: Robot }) {
  const said = useTexts(robotsTexts);
  const { disable, expires_at: end = -1 } = robot;
  if (disable === true) return <Badge kind="warning">{said.off}</Badge>;
  if (end !== -1 && end * 1000 <= Date.now()) return <Badge kind="danger">{said.over}</Badge>;
  return <Badge kind="ok">{said.on}</Badge>;
}

interface Place {
  readonly text: string;
  /** The project that it is in. */
  readonly of?: string;
}

function Where({ robot, project }: { readonly robot: Robot; readonly project: string | undefined }) {
  const said = useTexts(robotsTexts);
  const places = (robot.permissions ?? []).flatMap(({ kind, namespace = '', repositories }): Place[] => {
    if (kind === 'system') return [{ text: said.system }];
    if (namespace === '*' && repositories === undefined) return [{ text: said.everyProject }];
    return (repositories ?? []).length === 0
      ? [{ text: namespace, of: namespace }]
      : (repositories ?? []).map((each) => ({ text: `${namespace}/${each}`, of: namespace }));
  });
  // Of a project it is that project, mostly; many are told by name only.
  if (project !== undefined || places.length > mostLinks)
    return <LongName name={places.map(({ text }) => text).join(', ')} />;
  return (
    <span>
      {places.map(({ text, of }, no) => (
        <Fragment key={text}>
          {no === 0 ? '' : ', '}
          {of === undefined ? (
            text
          ) : (
            <Link to={pathOf('/p/:project', { project: of })}>
              <LongName name={text} />
            </Link>
          )}
        </Fragment>
      ))}
    </span>
  );
}

const mostLinks = 3;

function Rights({ robot }: { readonly robot: Robot }) {
  const said = useTexts(robotsTexts);
  const { language } = useLanguage();
  return <span title={[...rightsOfRobot(robot)].join(', ')}>{rightsInWords(robot, language, said)}</span>;
}

function Actions(props: { readonly robot: Robot; readonly onDo: (doing: RobotDoing) => void }) {
  const { robot, onDo } = props;
  const said = useTexts(robotsTexts);
  const ui = useTexts(uiTexts);
  const { name = '', disable: isOff } = robot;
  const entries = [
    { kind: 'rotate', label: said.rotate },
    { kind: 'switch', label: isOff === true ? said.enable : said.disable },
  ] as const;
  return (
    <>
      {entries.map(({ kind, label }) => (
        <Button key={kind} small aria-label={ui.named(label, name)} onClick={() => onDo({ kind, robot })}>
          {label}
        </Button>
      ))}
      <DeleteButton label={ui.named(said.delete, name)} onClick={() => onDo({ kind: 'delete', robot })} />
    </>
  );
}
