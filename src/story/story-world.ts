import { randomBytes } from 'node:crypto';
import { StoryClient } from './story-client.js';
import { StoryError } from './story-error.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A person in the directory. */
export interface Person {
  readonly id: string;
  readonly userName: string;
}

/** A running session of a person in the application. */
export interface RunningSession {
  readonly client: StoryClient;
  readonly refreshToken: string;
}

/** What the customer's directory does, by SCIM. */
export class Directory {
  constructor(private readonly scim: StoryClient) {}

  async hire(userName: string, displayName: string): Promise<Person> {
    const body = { schemas: [USER], userName, displayName, externalId: `hr-${userName}`, active: true };
    const { id } = await this.scim.expect(201, 'POST', '/Users', body);
    return { id: String(id), userName };
  }

  async group(displayName: string, members: readonly Person[]): Promise<string> {
    const body = { schemas: [GROUP], displayName, members: members.map(({ id }) => ({ value: id })) };
    return String((await this.scim.expect(201, 'POST', '/Groups', body))['id']);
  }

  async addMember(groupId: string, { id }: Person): Promise<void> {
    const Operations = [{ op: 'add', path: 'members', value: [{ value: id }] }];
    await this.scim.expect(204, 'PATCH', `/Groups/${groupId}`, { schemas: [PATCH], Operations });
  }

  async change({ id }: Person, value: object): Promise<void> {
    const Operations = [{ op: 'replace', value }];
    await this.scim.expect(200, 'PATCH', `/Users/${id}`, { schemas: [PATCH], Operations });
  }

  async delete({ id }: Person): Promise<void> {
    await this.scim.expect(204, 'DELETE', `/Users/${id}`);
    await this.scim.expect(404, 'GET', `/Users/${id}`);
  }

  async count(filter?: string): Promise<number> {
    const query = new URLSearchParams({ count: '0', ...(filter === undefined ? {} : { filter }) });
    return Number((await this.scim.expect(200, 'GET', `/Users?${query.toString()}`))['totalResults']);
  }

  /** The connection test of an identity provider. */
  async test(): Promise<void> {
    await this.scim.expect(200, 'GET', '/ServiceProviderConfig');
  }
}

/** What people do in the application. */
export class Application {
  private constructor(
    private readonly guest: StoryClient,
    private readonly owner: StoryClient,
    readonly workspace: string,
  ) {}

  /** Founds a workspace; its owner signs in. @throws StoryError */
  static async found(guest: StoryClient, name: string, email: string): Promise<Application> {
    const password = newPassword();
    const founded = await guest.send('POST', '/api/workspaces', { name, email, password });
    if (founded.status === 404)
      throw new StoryError('This instance takes no new workspaces: set SIGN_UP=open.');
    if (founded.status !== 201) {
      const said = founded.body['message'] ?? '';
      throw new StoryError(`A workspace could not be founded: ${founded.status} ${JSON.stringify(said)}.`);
    }
    const workspace = String(founded.body['workspace']);
    const session = await guest.expect(201, 'POST', '/api/session', { workspace, email, password });
    return new Application(guest, guest.as(String(session['accessToken'])), workspace);
  }

  /** What to enter at the identity provider. */
  async connect(provider: string): Promise<{ baseUrl: string; token: string }> {
    const { baseUrl, token } = await this.owner.expect(201, 'POST', '/api/admin/connections', {
      name: provider,
    });
    return { baseUrl: String(baseUrl), token: String(token) };
  }

  /** The owner makes a link, the person chooses a password with it. Gives the password. */
  async welcome({ id }: Person): Promise<string> {
    const path = `/api/admin/members/${id}/password-link`;
    const { url } = await this.owner.expect(201, 'POST', path, {});
    const password = newPassword();
    const token = new URL(String(url)).searchParams.get('token');
    await this.guest.expect(204, 'POST', '/api/password', { token, password });
    return password;
  }

  async signIn(userName: string, password: string): Promise<RunningSession> {
    const credentials = { workspace: this.workspace, email: userName, password };
    const body = await this.guest.expect(201, 'POST', '/api/session', credentials);
    return { client: this.guest.as(String(body['accessToken'])), refreshToken: String(body['refreshToken']) };
  }

  async refuseSignIn(userName: string, password: string): Promise<void> {
    const credentials = { workspace: this.workspace, email: userName, password };
    await this.guest.expect(401, 'POST', '/api/session', credentials);
  }

  async refuseRefresh({ refreshToken }: RunningSession): Promise<void> {
    await this.guest.expect(401, 'POST', '/api/session/refresh', { refreshToken });
  }

  /** Name and roles of the person, as the application has them. */
  async me({ client }: RunningSession): Promise<{ name: string; roles: string[] }> {
    const { displayName, roles } = await client.expect(200, 'GET', '/api/me');
    return { name: String(displayName), roles: roles as string[] };
  }

  /** What administrators may see, and nobody else. */
  async usage({ client }: RunningSession, status: 200 | 403): Promise<{ sessions: number }> {
    const { sessions } = await client.expect(status, 'GET', '/api/admin/usage');
    return { sessions: Number(sessions) };
  }

  async asOwner(): Promise<{ total: number; active: number }> {
    const { total, active } = await this.owner.expect(200, 'GET', '/api/admin/members');
    return { total: Number(total), active: Number(active) };
  }
}

const newPassword = (): string => randomBytes(18).toString('base64url');
