import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { Threads } from '../threads/threads.ts';
import { filesLimits, ImageFiles } from './image-files.ts';
import type { ImageSummary } from './image-question.ts';

/** A thread that answers like the one of files, and does with an image what its name says. */
const code = `
  import { parentPort } from 'node:worker_threads';
  const opened = new Set();
  parentPort.on('message', ({ kind, image, question }) => {
    if (kind === 'open') {
      while (image === 'endless');
      if (image === 'huge') throw Object.assign(new Error('huge'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
      if (image === 'refused') return parentPort.postMessage({ kind: 'refused', problem: 'too-many-entries' });
      opened.add(image);
      parentPort.postMessage({ kind: 'opened' });
    } else if (opened.has(question.image)) parentPort.postMessage({ kind: 'answer', answer: question.image });
    else parentPort.postMessage({ kind: 'missing', images: [question.image] });
  });
`;
const threads = new Threads(new URL(`data:text/javascript,${encodeURIComponent(code)}`));

class Asked {
  readonly files: ImageFiles;
  readonly loads: string[] = [];
  mostAtOnce = 0;
  #loading = 0;

  constructor(limits: Partial<typeof filesLimits> = {}) {
    this.files = new ImageFiles(threads, { ...filesLimits, ...limits });
  }

  about(image: string): Promise<ImageSummary> {
    return this.files.ask({ kind: 'summary', image }, async () => {
      this.loads.push(image);
      this.#loading += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#loading);
      await delay(5);
      this.#loading -= 1;
      if (image === 'large') throw new AppError('CONTENT_TOO_LARGE', { message: 'large' });
      return [];
    });
  }
}

const tooLarge = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError && error.code === 'CONTENT_TOO_LARGE', String(error));
  assert.match(error.message, message);
  return true;
};

test('images are loaded one at a time, and each once', async () => {
  const asked = new Asked();
  await using _ = asked.files;
  const images = ['a', 'b', 'a', 'c', 'b'];
  assert.deepEqual(await Promise.all(images.map((image) => asked.about(image))), images);
  assert.deepEqual(asked.loads.toSorted(), ['a', 'b', 'c']);
  assert.equal(asked.mostAtOnce, 1);
});

for (const [image, limits, message] of [
  ['endless', { timeMs: 1000 }, /too long to be found/],
  ['huge', {}, /more files/],
  ['refused', {}, /more files/],
  ['large', {}, /large/],
] as const) {
  test(`an image that is ${image} is refused without another try, and others are answered`, async () => {
    const asked = new Asked(limits);
    await using _ = asked.files;
    assert.equal(await asked.about('open'), 'open');
    const bad = asked.about(image);
    const refusal = assert.rejects(bad, tooLarge(message));
    // While the thread is at it.
    while (!asked.loads.includes(image)) await delay(1);
    await delay(20);
    const others = ['open', 'other'].map((other) => asked.about(other));
    await refusal;
    assert.deepEqual(await Promise.all(others), ['open', 'other']);
    await assert.rejects(asked.about(image), tooLarge(message));
    assert.equal(asked.loads.filter((load) => load === image).length, 1);
  });
}

test('a refusal is forgotten after a while', async () => {
  const asked = new Asked({ refusedMs: 1 });
  await using _ = asked.files;
  await assert.rejects(asked.about('refused'), tooLarge(/more files/));
  await delay(20);
  await assert.rejects(asked.about('refused'), tooLarge(/more files/));
  assert.equal(asked.loads.length, 2);
});

test('more questions at once than there is room for are refused for now', async () => {
  const asked = new Asked({ questions: 2 });
  await using _ = asked.files;
  const two = [asked.about('a'), asked.about('b')];
  await assert.rejects(asked.about('c'), { code: 'TOO_MANY_REQUESTS' });
  assert.deepEqual(await Promise.all(two), ['a', 'b']);
  assert.equal(await asked.about('c'), 'c');
});
