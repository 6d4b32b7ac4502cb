import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { ConsoleBrowser, reasonOf } from './console-browser.ts';
import { lookAt, shoot } from './look-at.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const browser = await ConsoleBrowser.open(server);
after(() => browser[Symbol.asyncDispose]());
const admin = server.client();
const wide = { language: 'en', theme: 'light', width: 1440 } as const;

async function make(path: string, body: object): Promise<void> {
  expectStatus(await sendJson(admin, 'POST', path, body), 201);
}

async function makeUser(username: string): Promise<void> {
  const body = { username, password, email: `${username}@example.test`, realname: username.toUpperCase() };
  await make('/api/v2.0/users', body);
}

const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
const grants = '/api/berth/v1/grants';
await makeProject(admin, 'pay');
for (const name of ['alice', 'bob', 'carol', 'dave']) await makeUser(name);
await make('/api/v2.0/usergroups', { group_name: 'makers', group_type: 3 });
await make(grants, { who: 'alice', role: 'projectAdmin', where: 'pay' });
await make(grants, { who: 'dave', role: 'limitedGuest', where: 'pay' });
await make(grants, { who: 'bob', role: 'pull', where: 'pay/api', tag: 'v*', expires_at: soon });
await make(grants, { who: 'group:makers', role: 'pull,push', where: 'pay/team/**' });
await makeProject(admin, 'bare');
await admin.pushImage('pay/api', 'v1', imageOf({ seed: 'access' }));
const access = ['pull', 'push'].map((action) => ({ resource: 'repository', action }));
const block = { kind: 'project', namespace: 'pay', access };
await make('/api/v2.0/robots', { name: 'ci', level: 'project', duration: 7, permissions: [block] });

test('access of a project, for who may not see it all', async (context) => {
  await lookAt(context, browser, {
    path: '/p/pay/access',
    ready: { en: 'You see only', zh: '此处只显示' },
    who: { username: 'dave', password },
  });
});

test('access is given, changed and taken back', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('button', { name: 'Give access' }).click();
  await page.getByLabel('Name', { exact: true }).fill('carol');
  await page.getByLabel('Where', { exact: true }).selectOption('some');
  await page.getByText('Sees names and tags, and pulls.').waitFor();
  await page.getByLabel('Repository').fill('pay/web/**');
  await page.getByText('“pay/” was left out').waitFor();
  await page.getByText('No repository of that name yet').waitFor();
  await page.getByLabel('Until').fill('2099-12-31');
  const end = 'until the end of Thu, 31 Dec 2099';
  await page.getByText(`carol: “pull” on pay/web/**, from the next request on, ${end}.`).waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Give access' }).click();
  const row = page.getByRole('row').filter({ hasText: 'carol' });
  await page.getByText(`carol has the access now, ${end}`).waitFor();
  await row.getByText('web/**').waitFor();
  await row.getByTitle('the end of Thu, 31 Dec 2099').waitFor();
  await page.getByRole('button', { name: 'Change access of carol' }).click();
  await page.getByLabel('May do', { exact: true }).selectOption('developer');
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Developer').waitFor();
  await page.getByRole('button', { name: 'Revoke Developer of carol' }).click();
  await page.getByText('As a command').click();
  await page.getByText('berth access revoke carol developer').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  await window.expectGood();
});

test('on a phone the number of grants and their order stand at the left of what can be done', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByText('Since ↑').waitFor();
  const [count, give, card, more] = await Promise.all(
    [
      page.locator('.list-told'),
      page.getByRole('button', { name: 'Give access' }),
      page.locator('.table-frame'),
      page.getByRole('link', { name: 'Who may push and pull' }),
    ].map((each) => each.filter({ visible: true }).boundingBox()),
  );
  assert.ok(count && give && card && more);
  assert.deepEqual([count.x, give.x + give.width], [card.x, card.x + card.width]);
  assert.ok(count.y >= give.y && count.y + count.height <= give.y + give.height);
  assert.ok(more.y - card.y - card.height >= 12, String(more.y - card.y - card.height));
  await window.expectGood();
});

test('part of a name finds who has access; a robot account leads to the list of its project', async () => {
  const who = 'robot:robot$pay+ci';
  await make(grants, { who, role: 'pull', where: 'pay/web' });
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/access?q=ake', 'makers');
  assert.equal(await page.locator('tbody tr').count(), 1);
  await window.open('/p/pay/access?q=robot%3A', 'pay+ci');
  await page.getByRole('link', { name: 'pay+ci' }).click();
  await page.getByRole('button', { name: 'New robot account' }).waitFor();
  assert.deepEqual([page.url().split('/').slice(3).join('/')], ['p/pay/robots?q=ci']);
  await page.getByRole('row').filter({ hasText: 'pay+ci' }).waitFor();
  await window.expectGood();
});

test('the page of a person has what their groups give, with the group, which alone can lose it', async (context) => {
  const members = '/api/berth/v1/groups/1/members';
  await make(members, { username: 'bob' });
  const [{ user_id: id } = { user_id: 0 }] = jsonOf<{ user_id: number }[]>(await admin.get(members));
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/people/bob', 'pay/team');
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  await row('pay/api').getByText('directly').waitFor();
  await row('pay/api').getByRole('button', { name: 'Revoke' }).waitFor();
  assert.equal(await row('pay/team').getByRole('button').count(), 0);
  await shoot(context, window);
  await row('pay/team').getByRole('link', { name: 'makers' }).click();
  await page.getByRole('heading', { name: 'makers' }).waitFor();
  await window.expectGood();
  expectStatus(await admin.call('DELETE', `${members}/${id}`), 200);
});

test('the fields of a form stand equally far apart on a phone', async () => {
  await using window = await browser.window({ language: 'en', theme: 'light', width: 390 });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('button', { name: 'Give access' }).click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  const boxes = await page
    .locator('dialog .form .field')
    .evaluateAll((fields) => fields.map((field) => field.getBoundingClientRect().toJSON() as DOMRect));
  const gaps = boxes.slice(1).map(({ y }, at) => Math.round(y - (boxes[at]?.bottom ?? 0)));
  assert.deepEqual([...new Set(gaps)], [16], String(gaps));
});

test('who takes access back is told in Chinese how it is given again', async () => {
  await using window = await browser.window({ ...wide, language: 'zh' });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('button', { name: '撤销 group:makers 的' }).click();
  await page.getByText('如何恢复：重新授予相同的权限。').waitFor();
  await window.expectGood();
});

test('who may push to a repository is one page: by what, until when, and why', async (context) => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/r/api/-/access', 'bob');
  const row = (who: string) => page.getByRole('row').filter({ hasText: who });
  await row('bob').getByText('bob may pull').waitFor({ state: 'attached' });
  await row('bob').getByText('bob may not push').waitFor({ state: 'attached' });
  await row('bob').getByRole('link', { name: 'api:v*' }).waitFor();
  await row('bob').getByText('for v*').waitFor();
  await window.expectGood();
  await page.getByLabel('Action', { exact: true }).selectOption('push');
  await row('bob').waitFor({ state: 'detached' });
  await row('pay+ci').getByText('may push').waitFor({ state: 'attached' });
  assert.equal(new URL(page.url()).searchParams.get('action'), 'push');
  await row('alice').getByRole('link', { name: 'Explain' }).click();
  await page.getByText('You may push to pay/api').first().waitFor();
  await lookAt(context, browser, {
    path: '/p/pay/r/api/-/access',
    ready: { en: 'A group stands for its members', zh: '用户组代表' },
  });
});

test('who has some tags of one repository is told so, and offered one that can be pulled', async (context) => {
  await admin.pushImage('pay/api', 'latest', imageOf({ seed: 'newer' }));
  await using window = await browser.window(wide, { username: 'bob', password });
  const { page } = window;
  await window.open('/p', 'in part');
  await page.getByRole('row').filter({ hasText: 'pay' }).getByText('1 repository', { exact: true }).waitFor();
  await window.open('/p/pay/r/api', 'you may pull the tags v* only');
  await page.getByText('/pay/api:v1').first().waitFor();
  await shoot(context, window);
  await window.open('/p/pay/r/api/-/overview', 'you may pull the tags v* only');
  await page.getByText('/pay/api:v1').first().waitFor();
  await window.expectGood();
});

test('who may not see who else may push is told what they may themselves', async () => {
  await using window = await browser.window(wide, { username: 'dave', password });
  await window.open('/p/pay/r/api/-/access', 'What you may do here');
  assert.equal((await window.page.locator('.details').textContent())?.trim(), 'PullyesPushnoDeleteno');
  await window.expectGood();
});

test('access that is given from a repository is for that repository', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('link', { name: 'Who may push and pull' }).click();
  await page.getByRole('heading', { name: 'Who may do what' }).waitFor();
  await window.expectGood();
  await window.open('/p/pay/r/api/-/access', 'bob');
  await page.getByRole('button', { name: 'Give access' }).click();
  await page.getByLabel('Name', { exact: true }).fill('carol');
  await page.getByText('carol: “pull” on pay/api').waitFor();
  await page.locator('dialog').getByRole('button', { name: 'Give access' }).click();
  await page
    .getByRole('row')
    .filter({ hasText: 'carol' })
    .getByText('carol may pull')
    .waitFor({ state: 'attached' });
});

test('a group that was given access leads to its page', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/access', 'makers');
  await page.getByRole('link', { name: 'makers' }).click();
  await page.getByRole('heading', { name: 'makers' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/access/groups/1');
  await window.expectGood();
});

test('an account is made, becomes administrator and is deleted', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/people', 'alice');
  await page.getByRole('row').filter({ hasText: 'admin' }).getByText('system administrator').waitFor();
  await page.getByRole('button', { name: 'New user' }).click();
  await page.getByRole('textbox', { name: 'User name' }).fill('erin');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('erin@example.test');
  await page.getByRole('textbox', { name: 'Person' }).fill('Erin');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await window.expectGood();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'erin' }).waitFor();
  await page.getByText('Nothing was granted', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make system administrator' }).click();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Make system administrator' }).click();
  await page.getByText('system administrator', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Delete account' }).click();
  await page.waitForURL((url) => url.pathname === '/access/people');
  await page.getByText('dave@example.test').waitFor();
  await page.getByText('erin@example.test').waitFor({ state: 'detached' });
});

test('what deletes a person or a group has the colour of danger on its page, and is filled where it asks', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  for (const [path, label] of [
    ['/access/people/alice', 'Delete account'],
    ['/access/groups/1', 'Delete group'],
  ] as const) {
    await window.open(path, label);
    const button = page.getByRole('button', { name: label });
    const look = (of: typeof button) =>
      of.evaluate((each) => {
        const { backgroundColor, borderColor } = getComputedStyle(each);
        return { backgroundColor, borderColor };
      });
    const shown = await look(button);
    await button.click();
    const quiet = page.locator('dialog').getByRole('button', { name: 'Cancel' });
    const plain = await look(quiet);
    assert.notEqual(shown.borderColor, plain.borderColor);
    assert.equal(shown.backgroundColor, plain.backgroundColor, 'filled only where it is about to happen');
    const asked = await look(page.locator('dialog').getByRole('button', { name: label }));
    assert.notEqual(asked.backgroundColor, plain.backgroundColor);
    await quiet.click();
    await window.expectGood();
  }
});

test('where one is signed in is listed; another session is ended, and this one is not', async () => {
  const carol = { username: 'carol', password };
  await logIn('carol', 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0');
  await logIn('carol', 'curl/8.9.1');
  await using window = await browser.window(wide, carol);
  const { page } = window;
  await window.open('/me', 'this one');
  await page.getByRole('row').filter({ hasText: 'Firefox 150 · Linux' }).waitFor();
  await page.getByRole('button', { name: 'End the session of Firefox 150 · Linux' }).click();
  await page.getByText('asks for the password with its next request').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('row').filter({ hasText: 'Firefox 150' }).waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: 'curl/8.9.1' }).waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('Sessions that have ended: 1').waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  await page.getByText('this one').waitFor();
  await window.expectGood();
});

async function logIn(principal: string, client: string): Promise<void> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': client };
  const body = new URLSearchParams({ principal, password }).toString();
  expectStatus(await server.client(null).call('POST', '/c/login', { headers, body }), 200);
}

test('an account is disabled with all its sessions, and enabled again', async () => {
  await makeUser('frank');
  await logIn('frank', 'curl/8.9.1');
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/people/frank', 'curl/8.9.1');
  const heightOf = async (name: string) => (await page.getByRole('button', { name }).boundingBox())?.y;
  const before = await heightOf('Set password');
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByText('within a second on every server').waitFor();
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Disable' }).click();
  await page.getByText('disabled', { exact: true }).waitFor();
  await page.getByText('Not signed in anywhere').waitFor();
  assert.equal(await heightOf('Set password'), before, 'the buttons stay where they were');
  await page.getByRole('link', { name: 'Robot accounts that frank made' }).click();
  await page.waitForURL((url) => url.search === '?actor=%3Dfrank&type=robot.created');
  await window.expectGood();
  const current = () => server.client({ username: 'frank', password }).get('/api/v2.0/users/current');
  expectStatus(await current(), 401);
  await window.open('/access/people', 'disabled');
  await window.expectGood();
  await window.open('/access/people/frank', 'Not signed in anywhere');
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await page.locator('dialog').getByRole('button', { name: 'Enable' }).click();
  await page.getByText('disabled', { exact: true }).waitFor({ state: 'detached' });
  await waitUntil('frank signs in', async () => (await current()).status === 200);
});

test('a member of a group is added, and removed with a way back', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/groups/1', 'No member');
  await page.getByLabel('Add a user').fill('carol');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Remove carol' }).click();
  await page.getByText('No member').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Remove carol' }).waitFor();
  await window.expectGood();
});

test('a robot is made, its secret is shown once in every form, and signs in until it is disabled', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  await window.open('/p/pay/robots', 'pay+ci');
  await page.getByRole('button', { name: 'New robot account' }).click();
  await page.getByLabel('Name', { exact: true }).fill('deploy');
  await page.getByLabel('May do', { exact: true }).selectOption('custom');
  await page.getByLabel('repository:pull').check();
  await page.getByLabel('Only these').fill('api');
  await window.expectGood();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('shown this once').waitFor();
  await window.expectGood();
  const secret = (await page.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  for (const form of ['login', 'env', 'config', 'kubernetes']) {
    await page.getByLabel('Ready to use as').selectOption(form);
    await window.expectGood();
  }
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const robot = server.client({ username: 'robot$pay+deploy', password: secret });
  expectStatus(await robot.call('GET', '/api/berth/v1/robots/current'), 200);
  await page.getByRole('button', { name: 'Disable: robot$pay+deploy' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Disable' }).click();
  const row = page.getByRole('row').filter({ hasText: 'deploy' });
  await row.getByText('disabled', { exact: true }).waitFor();
  expectStatus(await robot.call('GET', '/api/berth/v1/robots/current'), 401);
  await page.getByRole('button', { name: 'New secret: robot$pay+deploy' }).click();
  await page.locator('dialog').getByRole('button', { name: 'New secret' }).click();
  await page.getByText('shown this once').waitFor();
  assert.notEqual(await page.getByLabel('Secret', { exact: true }).textContent(), secret);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('button', { name: 'Delete: robot$pay+deploy' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  await window.expectGood();
});

test('from the robots of the system there is a way to those of a project', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/robots', 'Robot accounts of projects');
  await page.getByLabel('Filter projects by name').fill('pa');
  await page
    .getByRole('table', { name: 'Robot accounts of projects' })
    .getByRole('link', { name: 'pay' })
    .click();
  await page.waitForURL((url) => url.pathname === '/p/pay/robots');
  await page.getByText('pay+ci').first().waitFor();
  await window.expectGood();
});

test('a robot gets the rights of what is chosen, each explained in a sentence', async (context) => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  for (const [name, preset, sentence] of [
    ['pusher', 'pushOnly', 'may also pull there'],
    ['master', 'all', 'You have to hold all of it yourself'],
  ] as const) {
    await window.open('/p/pay/robots', 'pay+ci');
    await page.getByRole('button', { name: 'New robot account' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('May do', { exact: true }).selectOption(preset);
    await page.getByText(sentence).waitFor();
    await window.settled();
    await shoot(context, window);
    await window.expectGood();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('shown this once').waitFor();
    const secret = (await page.getByLabel('Secret', { exact: true }).textContent()) ?? '';
    const robot = server.client({ username: `robot$pay+${name}`, password: secret });
    await robot.pushImage('pay/api', name, imageOf({ seed: name }));
    expectStatus(await robot.get(`/v2/pay/api/manifests/${name}`), 200);
    const members = await robot.get('/api/v2.0/projects/pay/members');
    expectStatus(members, preset === 'all' ? 200 : 403);
  }
  await window.expectGood();
});

test('a robot that may do everything is limited to no repositories, and a list that fails is told', async () => {
  await using window = await browser.window(wide, { username: 'alice', password });
  const { page } = window;
  let refused = 0;
  await page.route('**/api/v2.0/permissions', async (route) => {
    refused += 1;
    if (refused === 1)
      await route.fulfill({ status: 400, json: { errors: [{ code: 'BAD_REQUEST', message: 'not now' }] } });
    else await route.continue();
  });
  await window.open('/p/pay/robots', 'pay+ci');
  await page.getByRole('button', { name: 'New robot account' }).click();
  await page.getByLabel('Name', { exact: true }).fill('whole');
  await page.getByLabel('Only these').fill('api');
  await page.getByText('--repositories api').waitFor({ state: 'attached' });
  await page.getByLabel('May do', { exact: true }).selectOption('all');
  await page.getByLabel('Only these').waitFor({ state: 'detached' });
  const create = page.getByRole('button', { name: 'Create', exact: true });
  await page.getByRole('alert').getByText('not now').waitFor();
  assert.equal(await create.getAttribute('aria-busy'), null);
  assert.match(await reasonOf(create), /not now/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('--permission member:list').waitFor({ state: 'attached' });
  assert.equal(await page.getByRole('alert').count(), 0);
  assert.equal(await page.getByText('--repositories').count(), 0);
  await create.click();
  await page.getByText('shown this once').waitFor();
});

test('a new robot is offered for the days of the setting, by administrators', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/p/pay/robots', 'pay+ci');
  await page.getByRole('button', { name: 'New robot account' }).click();
  const days = page.getByLabel('Days until it ends');
  await waitUntil('the setting is there', async () => (await days.inputValue()) === '30');
  await days.fill('5');
  await page.getByText('--days 5').waitFor({ state: 'attached' });
  await window.expectGood();
});

test('what ends leads to where it is given another end, in the time that the address says', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/expiring?days=366', 'pay+ci');
  await page.getByLabel('In the next').selectOption('7');
  await page.waitForURL((url) => url.search === '?days=7');
  await page.getByRole('link', { name: 'Go there: pull' }).click();
  await page.waitForURL((url) => url.pathname === '/p/pay/access' && url.search === '?q=bob');
  await page.getByText(/^1 of \d+$/).waitFor();
  await window.expectGood();
});

test('an own role is made and deleted, and a role of the system is given', async () => {
  await using window = await browser.window(wide);
  const { page } = window;
  await window.open('/access/roles', 'Limited Guest');
  await page.getByRole('button', { name: 'New role' }).click();
  await page.locator('dialog').getByLabel('Role', { exact: true }).fill('releaser');
  await page.getByLabel('tag:create', { exact: true }).check();
  await window.expectGood();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('button', { name: 'Change the role releaser' }).waitFor();
  await page.getByRole('button', { name: 'Delete the role releaser' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('releaser').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Give a role' }).click();
  await page.locator('dialog').getByLabel('Who').fill('carol');
  await page.locator('dialog').getByLabel('Role', { exact: true }).selectOption('auditor');
  await window.expectGood();
  await page.locator('dialog').getByRole('button', { name: 'Give a role' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.getByLabel('Role', { exact: true }).selectOption('auditor');
  await page.getByRole('row').filter({ hasText: 'carol' }).getByText('the whole registry').waitFor();
  await window.expectGood();
});
