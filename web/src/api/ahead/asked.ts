/** By their addresses. The script in the page begins with them, before anything of the console is there. */
type Asked = Map<string, Promise<Response>>;

/** Logs are plain text; refusals say why to programs, too. */
export const usualHeaders = { Accept: 'application/json, text/plain;q=0.9', 'X-Berth-Because': 'true' };

const place = globalThis as { berthAsked?: Asked };

export function noteAsked(asked: Asked): void {
  place.berthAsked = asked;
}

/** The answer that is under way, to whoever asks first; undefined: nobody has asked. */
export function takeAsked(url: string): Promise<Response> | undefined {
  const answer = place.berthAsked?.get(url);
  place.berthAsked?.delete(url);
  return answer;
}

/** What the page did not want after all is asked anew when somebody does: it is not of now any more. */
export function forgetAsked(): void {
  delete place.berthAsked;
}
