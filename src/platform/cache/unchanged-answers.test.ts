import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnchangedAnswers } from './unchanged-answers.ts';

interface Answer {
  readonly no: number;
}

function counted() {
  let no = 0;
  return {
    ask: async (): Promise<Answer> => {
      no += 1;
      return { no };
    },
    get asked() {
      return no;
    },
  };
}

test('what was found is found again until somebody commits', async () => {
  const db = { changes: 0 };
  const answers = new UnchangedAnswers<Answer>({ db, maxEntries: 10 });
  const source = counted();
  assert.equal((await answers.ask('a', source.ask)).no, 1);
  assert.equal((await answers.ask('a', source.ask)).no, 1);
  assert.equal((await answers.ask('b', source.ask)).no, 2);
  db.changes += 1;
  assert.equal((await answers.ask('a', source.ask)).no, 3);
});

test('what was read while somebody committed is not kept', async () => {
  const db = { changes: 0 };
  const answers = new UnchangedAnswers<Answer>({ db, maxEntries: 10 });
  const source = counted();
  await answers.ask('a', async () => {
    const found = await source.ask();
    db.changes += 1;
    return found;
  });
  assert.equal((await answers.ask('a', source.ask)).no, 2);
  await answers.ask('a', source.ask);
  assert.equal(source.asked, 2);
});

test('what is not to be kept is asked for each time, and so is what is missing or failed', async () => {
  const answers = new UnchangedAnswers<Answer>({ db: { changes: 0 }, maxEntries: 10 });
  const source = counted();
  const never = () => false;
  await answers.ask('a', source.ask, never);
  await answers.ask('a', source.ask, never);
  assert.equal(source.asked, 2);
  await assert.rejects(
    answers.ask('b', () => Promise.reject(new Error('away'))),
    /away/,
  );
  assert.equal(await answers.ask('b', async () => undefined), undefined);
  assert.equal((await answers.ask('b', source.ask)).no, 3);
});

test('nothing is kept of a database in which others commit', async () => {
  const answers = new UnchangedAnswers<Answer>({ db: { changes: undefined }, maxEntries: 10 });
  const source = counted();
  await answers.ask('a', source.ask);
  await answers.ask('a', source.ask);
  assert.equal(source.asked, 2);
});

test('no more is kept than may be', async () => {
  const answers = new UnchangedAnswers<Answer>({ db: { changes: 0 }, maxEntries: 2 });
  const source = counted();
  for (const key of ['a', 'b', 'c', 'a']) await answers.ask(key, source.ask);
  assert.equal(source.asked, 4);
});

test('what is kept is known without waiting, until somebody commits', async () => {
  const db = { changes: 0 };
  const answers = new UnchangedAnswers<Answer>({ db, maxEntries: 10 });
  const answer: Answer = { no: 1 };
  assert.equal(answers.known('a'), undefined);
  await answers.ask('a', () => Promise.resolve(answer));
  assert.equal(answers.known('a'), answer);
  db.changes = 1;
  assert.equal(answers.known('a'), undefined);
});
