import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';

const maxLength = 255;
const maxCommentLength = 30;
/** Harbor's five, and what cannot be seen. */
const forbidden = /[,"~#%$\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const emailGrammar = /^[^\s@,"<>\p{Cc}]+@[^\s@,"<>\p{Cc}]+\.[^\s@,"<>\p{Cc}]+$/u;
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Called so in every log and list although it is nobody. */
const reserved = 'anonymous';

/**
 * Beside Harbor's characters the colon is out, at which a sign-in divides name and password (RFC 7617), and whatever is
 * another name in other code points (Unicode, annex 15, NFKC): it would look like that one.
 */
export function isUsername(text: string): boolean {
  if (text !== text.normalize('NFKC')) return false;
  return isName(text) && text !== '' && !text.includes(':') && text.toLowerCase() !== reserved;
}

/**
 * What accounts are called and say of themselves; what is left out is not looked at.
 * @throws AppError BAD_REQUEST
 */
export function requireProfile(given: {
  readonly username?: string;
  readonly email?: string;
  readonly realname?: string;
  readonly comment?: string;
}): void {
  if (given.username !== undefined) requireUsername(given.username);
  if (given.email !== undefined) requireEmail(given.email);
  if (given.realname !== undefined) requireRealname(given.realname);
  if (given.comment !== undefined) requireComment(given.comment);
}

function requireUsername(username: string): void {
  if (isUsername(username)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${username.slice(0, maxLength)}" is not a user name`,
    detail: `use 1 to ${maxLength} characters without , " ~ # % $ : and no blank at either end, letters in their plain form; ${reserved} is reserved`,
    because: because('user name invalid', { name: username.slice(0, maxLength), most: String(maxLength) }),
  });
}

function requireRealname(realname: string): void {
  if (isName(realname)) return;
  throw new AppError('BAD_REQUEST', {
    message: `"${realname.slice(0, maxLength)}" is not a name of a person`,
    detail: `use at most ${maxLength} characters without , " ~ # % $`,
    because: because('person name invalid', { name: realname.slice(0, maxLength), most: String(maxLength) }),
  });
}

function isName(text: string): boolean {
  return text.length <= maxLength && text.isWellFormed() && text === text.trim() && !forbidden.test(text);
}

function requireEmail(email: string): void {
  if (email.length <= maxLength && email.isWellFormed() && emailGrammar.test(email)) return;
  const shown = email.slice(0, maxLength);
  throw new AppError('BAD_REQUEST', {
    message: `"${shown}" is not an e-mail address`,
    because: because('e-mail invalid', { email: shown }),
  });
}

function requireComment(comment: string): void {
  if (comment.length <= maxCommentLength && comment.isWellFormed() && !unseen.test(comment)) return;
  throw new AppError('BAD_REQUEST', {
    message: `the comment has more than ${maxCommentLength} characters, or some that cannot be seen`,
    because:
      comment.length > maxCommentLength
        ? because('text too long', { what: 'comment', most: String(maxCommentLength) })
        : because('text invalid', { what: 'comment' }),
  });
}

/**
 * What Harbor's API asks of an account: it has an address, and a person who is called something. What is left out is
 * not looked at.
 * @throws AppError BAD_REQUEST
 */
export function requireHarborProfile(profile: { readonly email?: string; readonly realname?: string }): void {
  if (profile.email === '')
    throw new AppError('BAD_REQUEST', {
      message: "email can't be empty",
      because: because('field empty', { what: 'email' }),
    });
  if (profile.realname === '')
    throw new AppError('BAD_REQUEST', {
      message: "realname can't be empty",
      because: because('field empty', { what: 'realname' }),
    });
}
