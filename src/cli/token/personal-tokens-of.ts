import type { RestClient } from '../client/rest-client.ts';
import type { Row } from '../rest/show.ts';

/** As the REST API has it. */
export interface PersonalToken extends Row {
  readonly id: number;
  readonly name: string;
  readonly expires_at?: string;
  readonly scopes?: readonly { readonly where: string; readonly actions: readonly string[] }[];
}

/** With which every personal token begins. */
export const tokenMark = 'brt_';

export function personalTokensPath(userId: number): string {
  return `/api/berth/v1/users/${userId}/tokens`;
}

/** The token that asks. */
export const currentTokenPath = '/api/berth/v1/tokens/current';

/** An account has at most as many as fit one answer. */
export function personalTokensOf(client: RestClient, userId: number): Promise<PersonalToken[]> {
  return client.get<PersonalToken[]>(personalTokensPath(userId));
}
