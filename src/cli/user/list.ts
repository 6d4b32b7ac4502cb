import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { askForRows } from '../rest/ask-operation.ts';
import { formOf, showRows } from '../rest/show.ts';
import { timeText } from '../time-text.ts';
import { userTexts } from './text.ts';

interface Row {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly realname: string;
  /** Harbor's API does not tell. */
  readonly disabled?: boolean;
  readonly systemAdmin: boolean;
  readonly createdAt: number;
}

export async function listUsers(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const rows = await askForRows<Row>(cli, flags, '/users/list');
  const { headName, headState, headRole, headEmail, headRealname, headCreated } = userTexts;
  const heads = [headName, headState, headRole, headEmail, headRealname, headCreated];
  const stateOf = (off: boolean) => say(cli, off ? userTexts.stateOff : userTexts.stateOn);
  showRows(form, rows.map(jsonOf), {
    columns: ['username', 'id', 'email', 'realname', 'disabled', 'system_admin', 'created_at'],
    table: {
      header: heads.map((text) => say(cli, text)),
      cells: rows.map((row) => [
        row.username,
        row.disabled === undefined ? '-' : stateOf(row.disabled),
        row.systemAdmin ? 'system-admin' : '-',
        row.email ?? '-',
        row.realname === '' ? '-' : row.realname,
        timeText(row.createdAt),
      ]),
    },
  });
  return exitCodes.done;
}

function jsonOf(row: Row) {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    realname: row.realname,
    disabled: row.disabled ?? null,
    system_admin: row.systemAdmin,
    created_at: timeText(row.createdAt),
  };
}
