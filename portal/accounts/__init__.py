"""People with an account: users, roles, departments, invitations, sign-in sessions.

Tables: `user_account`, `role`, `user_role`, `department`, `user_invitation`, `sign_in_session`,
`sign_in_attempt`. Flask-Security-Too does passwords, confirmation, reset, TOTP and recovery codes; the
adapter in `accounts.security` puts its views into our transaction. Extension point: `accounts.extension`
(panels that upper features show on a user's page, and what they hold about a person).
"""
