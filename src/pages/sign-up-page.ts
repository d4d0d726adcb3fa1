import { html } from './html.js';
import { newPasswordField } from './password-page.js';
import { notice, page } from './page.js';

export function signUpPage(view: { name?: string; email?: string; error?: string } = {}): string {
  const { name = '', email = '', error } = view;
  return page(
    'Found a workspace',
    html`${notice('error', error)}
      <form class="narrow" method="post" action="/sign-up">
        <label for="name">Name of your company</label>
        <input id="name" name="name" value="${name}" required maxlength="100" autocomplete="organization" />
        <label for="email">Your e-mail</label>
        <input
          id="email"
          name="email"
          type="email"
          value="${email}"
          required
          maxlength="254"
          autocomplete="username"
        />
        ${newPasswordField()}
        <button>Found it</button>
      </form>
      <p><a href="/sign-in">I have an account</a></p>`,
  );
}
