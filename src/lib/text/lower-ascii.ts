/**
 * As both databases put a column into lower case. Of a value PostgreSQL would also change the letters beyond ASCII that
 * its locale knows, and the two would not meet.
 */
export function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
