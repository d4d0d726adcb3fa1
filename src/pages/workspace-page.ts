import type { Member } from '../accounts/member.js';
import { html, type Html } from './html.js';
import { notice, page } from './page.js';

/** What the pages of a workspace show. */
export interface WorkspaceView {
  readonly workspace: string;
  readonly member: Member;
  readonly roles: readonly string[];
}

/** The page that every member sees. */
export function homePage(view: WorkspaceView & { sessions: number }): string {
  const { workspace, member, roles, sessions } = view;
  return page(
    workspace,
    html`<p>Welcome, ${member.displayName}.</p>
      <dl>
        <dt>User name</dt>
        <dd>${member.userName}</dd>
        <dt>Workspace</dt>
        <dd>${member.tenantId}</dd>
        <dt>Roles</dt>
        <dd>${roles.length > 0 ? roles.join(', ') : 'member'}</dd>
        <dt>Signed in</dt>
        <dd>${sessions === 1 ? 'here only' : `in ${sessions} places`}</dd>
      </dl>`,
    navigation(roles),
  );
}

/** The page for administrators. */
export function adminPage(
  view: WorkspaceView & { members: readonly Member[]; total: number; active: number; link?: string },
): string {
  const { roles, members, total, active, link } = view;
  const rest = total - members.length;
  return page(
    'Members',
    html`<p>${total} in all, ${active} with access.</p>
      ${
        link !== undefined &&
        html`${notice('done', 'Pass this link on. It can be used once, within a day.')}
          <p><code>${link}</code></p>`
      }
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">User name</th>
              <th scope="col">Access</th>
              <th scope="col">Password</th>
            </tr>
          </thead>
          <tbody>
            ${members.map(row)}
          </tbody>
        </table>
      </div>
      ${rest > 0 && html`<p>${rest} more are not shown.</p>`}`,
    navigation(roles),
  );
}

function row({ id, displayName, userName, active }: Member): Html {
  const link = html`<form method="post" action="/admin/members/${id}/password-link">
    <button class="quiet" aria-label="Make a password link for ${userName}">Make a link</button>
  </form>`;
  return html`<tr>
    <td>${displayName}</td>
    <td>${userName}</td>
    <td>${active ? 'yes' : 'no'}</td>
    <td>${active && link}</td>
  </tr> `;
}

export function navigation(roles: readonly string[]): Html {
  const admin = roles.includes('admin') || roles.includes('owner');
  return html`<a href="/">Home</a>${admin && html`<a href="/admin">Members</a>`}
    <form method="post" action="/session/end"><button class="quiet">Sign out</button></form>`;
}
