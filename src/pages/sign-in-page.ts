import { html } from './html.js';
import { notice, page } from './page.js';

/** What the page of sign-in shows. */
export interface SignInView {
  readonly workspace?: string;
  readonly email?: string;
  readonly error?: string;
  /** Whether there is an identity provider to go to. */
  readonly singleSignOn: boolean;
  readonly signUp: boolean;
}

export function signInPage({ workspace = '', email = '', error, singleSignOn, signUp }: SignInView): string {
  return page(
    'Sign in',
    html`${notice('error', error)}
      <form class="narrow" method="post" action="/sign-in">
        <label for="workspace">Workspace</label>
        <input
          id="workspace"
          name="workspace"
          value="${workspace}"
          required
          maxlength="64"
          autocomplete="organization"
        />
        <label for="email">E-mail</label>
        <input id="email" name="email" value="${email}" required maxlength="512" autocomplete="username" />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          required
          maxlength="200"
          autocomplete="current-password"
        />
        <button>Sign in</button>
      </form>
      ${singleSignOn && html`<p><a href="/sign-in/sso">Sign in with your company's account</a></p>`}
      ${signUp && html`<p><a href="/sign-up">Found a workspace</a></p>`}`,
  );
}
