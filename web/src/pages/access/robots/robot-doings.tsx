import type { ReactNode } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useChange } from '../../../api/use-change.ts';
import { AsCommand } from '../../../ui/show/as-command.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { quoted } from '../../../ui/text/quoted.ts';
import { uiTexts } from '../../../ui/text.ts';
import { ConfirmChange } from '../parts/confirm-change.tsx';
import { curl } from '../parts/curl.ts';
import type { Robot } from './rights.ts';
import { robotsTexts } from './text.ts';

export interface RobotDoing {
  readonly kind: 'rotate' | 'switch' | 'delete';
  readonly robot: Robot;
}

/** A secret that was just made. */
export interface Made {
  readonly name: string;
  readonly secret: string;
}

interface DoingsProps {
  readonly project: string | undefined;
  readonly doing: RobotDoing;
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}

type DoingProps = Omit<DoingsProps, 'doing'> & { readonly robot: Robot };

export function RobotDoings({ doing: { kind, robot }, ...props }: DoingsProps): ReactNode {
  if (kind === 'rotate') return <Rotate robot={robot} {...props} />;
  if (kind === 'switch') return <Switch robot={robot} {...props} />;
  return <Delete robot={robot} {...props} />;
}

function command(verb: string, name: string, project: string | undefined): string {
  const where = project === undefined ? '' : ` -p ${quoted(project)}`;
  return `berth robot ${verb} ${quoted(name)}${where}`;
}

function Rotate({ robot, project, onMade, onClose }: DoingProps): ReactNode {
  const said = useTexts(robotsTexts);
  const ui = useTexts(uiTexts);
  const { user } = useSession();
  const { id = 0, name = '' } = robot;
  const rotate = useChange('PATCH /api/v2.0/robots/{robot_id}');
  return (
    <ConfirmChange
      title={ui.named(said.rotate, name)}
      effect={said.rotateText(name)}
      undo={said.rotateUndo}
      action={said.rotate}
      busy={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onConfirm={() =>
        rotate.mutate(
          { path: { robot_id: id }, body: {} },
          {
            onSuccess: ({ secret = '' }) => {
              onClose();
              onMade({ name, secret });
            },
          },
        )
      }
    >
      <AsCommand
        berth={command('rotate', name, project)}
        api={curl('PATCH', `/api/v2.0/robots/${id}`, user?.username ?? '', {})}
      />
    </ConfirmChange>
  );
}

function Switch({ robot, project, onClose }: DoingProps): ReactNode {
  const said = useTexts(robotsTexts);
  const ui = useTexts(uiTexts);
  const { id = 0, name = '', disable: isOff = false } = robot;
  const change = useChange('PUT /api/v2.0/robots/{robot_id}');
  const { description = '', level = '', duration = -1, permissions = [] } = robot;
  // A change replaces all that can be changed.
  const body = { name, description, level, duration, permissions, disable: !isOff };
  return (
    <ConfirmChange
      title={ui.named(isOff ? said.enable : said.disable, name)}
      effect={isOff ? said.enableText(name) : said.disableText(name)}
      undo={isOff ? said.enableUndo : said.disableUndo}
      action={isOff ? said.enable : said.disable}
      look={isOff ? 'primary' : 'danger'}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate({ path: { robot_id: id }, body }, { onSuccess: onClose })}
    >
      <AsCommand berth={command(isOff ? 'enable' : 'disable', name, project)} />
    </ConfirmChange>
  );
}

function Delete({ robot, project, onClose }: DoingProps): ReactNode {
  const said = useTexts(robotsTexts);
  const ui = useTexts(uiTexts);
  const { user } = useSession();
  const { id = 0, name = '' } = robot;
  const remove = useChange('DELETE /api/v2.0/robots/{robot_id}');
  return (
    <ConfirmChange
      title={ui.named(said.delete, name)}
      effect={said.deleteText(name)}
      undo={said.deleteUndo}
      action={said.delete}
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate({ path: { robot_id: id } }, { onSuccess: onClose })}
    >
      <AsCommand
        berth={command('delete', name, project)}
        api={curl('DELETE', `/api/v2.0/robots/${id}`, user?.username ?? '')}
      />
    </ConfirmChange>
  );
}
