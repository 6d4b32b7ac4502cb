import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, configOf, type Flags, print, say } from '../cli.ts';
import { askForAll } from '../client/ask-running-server.ts';
import { printTable } from '../print-table.ts';
import { timeText } from '../time-text.ts';
import { userTexts } from './text.ts';

interface Row {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly realname: string;
  readonly disabled: boolean;
  readonly systemAdmin: boolean;
  readonly createdAt: number;
}

export async function listUsers(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const rows = await askForAll<Row>(cli, config, '/users/list');
  if (flags['json'] === true) print(JSON.stringify(rows.map(jsonOf), null, 2));
  else {
    const { headName, headState, headRole, headEmail, headRealname, headCreated } = userTexts;
    printTable(
      [headName, headState, headRole, headEmail, headRealname, headCreated].map((text) => say(cli, text)),
      rows.map((row) => [
        row.username,
        say(cli, row.disabled ? userTexts.stateOff : userTexts.stateOn),
        row.systemAdmin ? 'system-admin' : '-',
        row.email ?? '-',
        row.realname === '' ? '-' : row.realname,
        timeText(row.createdAt),
      ]),
    );
  }
  return exitCodes.done;
}

function jsonOf(row: Row) {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    realname: row.realname,
    disabled: row.disabled,
    system_admin: row.systemAdmin,
    created_at: timeText(row.createdAt),
  };
}
