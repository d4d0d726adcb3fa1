import { setTimeout as sleep } from 'node:timers/promises';
import { Narrator, type StoryOutput } from './narrator.js';
import { StoryClient } from './story-client.js';
import { StoryError } from './story-error.js';
import { Application, Directory, type Person, type RunningSession } from './story-world.js';

const AT_ONCE = 8;
/** Within this time after the answer to the directory a running session must be locked out. */
const LOCK_OUT_MS = 1000;
const TEAMS = ['Sales', 'Support', 'Operations'];

/**
 * A customer's first week, told against the instance at `url`. Every step checks what it tells.
 * @throws StoryError when something does not happen as it must
 */
export async function tellStory(url: string, hires: number, out: StoryOutput): Promise<void> {
  const narrator = new Narrator(out);
  narrator.begin();
  const { application, directory } = await connect(url, narrator);
  const staff = await hire(directory, application, hires, narrator);
  const engineering = await group(directory, staff, narrator);
  const [ada, grace] = [staff[0]!, staff[1]!];
  const password = await application.welcome(ada);
  const colleague = await application.signIn(grace.userName, await application.welcome(grace));
  const session = await application.signIn(ada.userName, password);
  await promote(directory, application, engineering, ada, session, narrator);
  const renamed = await rename(directory, application, ada, session, password, narrator);
  await terminate(directory, application, renamed, session, password, colleague, narrator);
  const again = await rehire(directory, application, renamed, session, password, narrator);
  await remove(directory, application, renamed, again, password, narrator);
  await compare(directory, application, hires, narrator);
}

async function connect(url: string, narrator: Narrator) {
  const guest = new StoryClient(url, 'application/json');
  const name = 'Northwind';
  const application = await Application.found(guest, name, 'founder@northwind.example');
  const { baseUrl, token } = await application.connect('northwind-directory');
  // The path as told, at the address that the story can reach.
  const scim = new StoryClient(url + new URL(baseUrl).pathname, 'application/scim+json', token);
  const directory = new Directory(scim);
  await directory.test();
  narrator.step(
    'Connect',
    'The administrator enters the base URL and the token; the connection test succeeds.',
    `${name} is a new workspace, ${application.workspace}. Its owner made the token, shown once.`,
  );
  return { application, directory };
}

async function hire(
  directory: Directory,
  application: Application,
  hires: number,
  narrator: Narrator,
): Promise<Person[]> {
  const startedAt = performance.now();
  const staff: Person[] = [];
  const names = [
    ['ada@northwind.example', 'Ada Byron'],
    ['grace@northwind.example', 'Grace Hopper'],
  ];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < hires) {
      const i = next++;
      const [userName, displayName] = names[i] ?? [`person-${i + 1}@northwind.example`, `Person ${i + 1}`];
      staff[i] = await directory.hire(userName!, displayName!);
      narrator.progress(staff.filter(Boolean).length, hires, 'hired');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  const { total } = await application.asOwner();
  agree('members after the hires', total, hires + 1);
  narrator.step(
    'Hire',
    `${hires} people are created in ${seconds.toFixed(1)} s, ${Math.round(hires / seconds)} a second.`,
    `The owner sees ${total} members: the ${hires}, and the owner.`,
  );
  return staff;
}

/** Engineering at first without Ada. Gives its id. */
async function group(directory: Directory, staff: readonly Person[], narrator: Narrator): Promise<string> {
  const others = staff.slice(2);
  const share = Math.ceil(others.length / TEAMS.length);
  for (const [i, team] of TEAMS.entries()) {
    await directory.group(team, others.slice(i * share, (i + 1) * share));
  }
  const engineering = await directory.group('Engineering', []);
  narrator.step(
    'Group',
    `The groups ${TEAMS.join(', ')} share ${others.length} people; Engineering is empty.`,
    'Nobody gains a role: only Engineering is mapped to one, admin.',
  );
  return engineering;
}

async function promote(
  directory: Directory,
  application: Application,
  engineering: string,
  ada: Person,
  session: RunningSession,
  narrator: Narrator,
): Promise<void> {
  await application.usage(session, 403);
  agree('roles before', (await application.me(session)).roles.join(), '');
  await directory.addMember(engineering, ada);
  const { roles } = await application.me(session);
  agree('roles after', roles.join(), 'admin');
  const { sessions } = await application.usage(session, 200);
  narrator.step(
    'Promote',
    'Ada becomes a member of Engineering.',
    `Ada was refused (403) the page of administrators, and in the same session now sees it: role ${roles.join()}, ${sessions} sessions in the workspace.`,
  );
}

async function rename(
  directory: Directory,
  application: Application,
  ada: Person,
  session: RunningSession,
  password: string,
  narrator: Narrator,
): Promise<Person> {
  const userName = 'ada.lovelace@northwind.example';
  await directory.change(ada, { userName, displayName: 'Ada Lovelace' });
  agree('name', (await application.me(session)).name, 'Ada Lovelace');
  await application.refuseSignIn(ada.userName, password);
  await application.signIn(userName, password);
  narrator.step(
    'Rename',
    `Ada Byron becomes Ada Lovelace, ${userName}; the id stays.`,
    'The session goes on under the new name. The old name signs in no more, the new one does, same password.',
  );
  return { ...ada, userName };
}

async function terminate(
  directory: Directory,
  application: Application,
  ada: Person,
  session: RunningSession,
  password: string,
  colleague: RunningSession,
  narrator: Narrator,
): Promise<void> {
  await application.me(session);
  await directory.change(ada, { active: false });
  const milliseconds = await lockedOutAfter(session);
  await application.refuseRefresh(session);
  await application.refuseSignIn(ada.userName, password);
  const { name } = await application.me(colleague);
  narrator.step('Terminate', 'Ada leaves: active is false.', [
    `The running session is refused ${milliseconds} ms later, with an access token that is still good.`,
    `Refresh token and password are refused as well. ${name} works on.`,
  ]);
}

/** Milliseconds from the answer to the directory to the first refusal. */
async function lockedOutAfter({ client }: RunningSession): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { status } = await client.send('GET', '/api/me');
    const passed = Math.round(performance.now() - startedAt);
    if (status === 401) return passed;
    if (passed > LOCK_OUT_MS) {
      throw new StoryError(`Ada was terminated ${passed} ms ago, and the session still answers ${status}.`);
    }
    await sleep(20);
  }
}

async function rehire(
  directory: Directory,
  application: Application,
  ada: Person,
  old: RunningSession,
  password: string,
  narrator: Narrator,
): Promise<RunningSession> {
  await directory.change(ada, { active: true });
  await application.refuseRefresh(old);
  agree('old session', (await old.client.send('GET', '/api/me')).status, 401);
  const session = await application.signIn(ada.userName, password);
  const { roles } = await application.me(session);
  agree('roles after the return', roles.join(), 'admin');
  narrator.step(
    'Rehire',
    'Ada comes back: active is true, still in Engineering.',
    'The tokens of before stay worthless. Ada signs in anew, and is admin again.',
  );
  return session;
}

async function remove(
  directory: Directory,
  application: Application,
  ada: Person,
  session: RunningSession,
  password: string,
  narrator: Narrator,
): Promise<void> {
  await directory.delete(ada);
  await lockedOutAfter(session);
  await application.refuseRefresh(session);
  await application.refuseSignIn(ada.userName, password);
  narrator.step(
    'Delete',
    'Ada is deleted; the id is 404 from now on, the name is free.',
    'Session, refresh token and password are gone.',
  );
}

async function compare(
  directory: Directory,
  application: Application,
  hires: number,
  narrator: Narrator,
): Promise<void> {
  const { total, active } = await application.asOwner();
  const users = await directory.count();
  const activeUsers = await directory.count('active eq true');
  agree('users and members', users, total);
  agree('active users and members with access', activeUsers, active);
  agree('members at the end', total, hires);
  narrator.step(
    'Compare',
    `${users} users, ${activeUsers} active.`,
    `${total} members, ${active} with access.`,
  );
}

/** @throws StoryError when they differ */
function agree(what: string, is: string | number, mustBe: string | number): void {
  if (is !== mustBe) throw new StoryError(`${what}: must be "${mustBe}", and is "${is}".`);
}
