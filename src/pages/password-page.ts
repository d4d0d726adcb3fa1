import { PASSWORD_LENGTH } from '../accounts/passwords.js';
import { html, type Html } from './html.js';
import { notice, page } from './page.js';

/** The page behind a password link. Without a token the link has ended. */
export function passwordPage(token: string | undefined, error?: string): string {
  if (token === undefined) {
    return page(
      'Choose a password',
      html`${notice('error', 'This link has ended. Ask your administrator for another one.')}`,
    );
  }
  return page(
    'Choose a password',
    html`${notice('error', error)}
      <form class="narrow" method="post" action="/password">
        <input type="hidden" name="token" value="${token}" />
        ${newPasswordField()}
        <button>Save and sign in</button>
      </form>`,
  );
}

export function newPasswordField(): Html {
  return html`<label for="password">Password</label>
    <input
      id="password"
      name="password"
      type="password"
      required
      minlength="${PASSWORD_LENGTH.min}"
      maxlength="${PASSWORD_LENGTH.max}"
      autocomplete="new-password"
      aria-describedby="password-hint"
    />
    <p class="hint" id="password-hint">${PASSWORD_LENGTH.min} characters or more.</p>`;
}
