// Cognito's errors, in plain words.

import { Unreachable } from "../request.js";

const WRONG_PASSWORD = "The address or the password is wrong.";
const CONFIRMED = "This address is confirmed already. You can sign in.";
const TOO_MANY = "That was too often for now. Wait a quarter of an hour, then try again.";

// Cognito's name for it, what its message must match, and what the visitor reads: next to a field, or, with `to`, on
// another step. The first row that fits counts.
const ROWS = [
  ["UsernameExistsException", /./, { field: "email", text: "This address has an account already. Sign in with it, or choose a new password there." }],
  ["InvalidPasswordException", /./, { field: "password", text: "Cognito does not take this password. It must keep every rule in the list." }],
  ["CodeMismatchException", /./, { field: "code", text: "That is not the code. It is in the newest mail from us; older ones do not count any more." }],
  ["ExpiredCodeException", /./, { field: "code", text: "This code is too old. Ask for a new one." }],
  ["NotAuthorizedException", /attempts exceeded/i, { text: "Too many wrong passwords. Wait a while, then try again." }],
  ["NotAuthorizedException", /status is confirmed/i, { to: "sign-in", text: CONFIRMED }],
  ["NotAuthorizedException", /disabled/i, { text: "This account has been switched off." }],
  ["NotAuthorizedException", /not permitted/i, { text: "This lab lets nobody register." }],
  ["NotAuthorizedException", /./, { field: "password", text: WRONG_PASSWORD }],
  ["UserNotFoundException", /./, { field: "password", text: WRONG_PASSWORD }],
  ["UserNotConfirmedException", /./, { to: "confirm", text: "This address is not confirmed yet." }],
  ["PasswordResetRequiredException", /./, { to: "forgot", text: "This account needs a new password." }],
  ["LimitExceededException", /./, { text: TOO_MANY }],
  ["TooManyFailedAttemptsException", /./, { text: TOO_MANY }],
  ["TooManyRequestsException", /./, { text: "Cognito has too much to do. Try again in a moment." }],
  ["CodeDeliveryFailureException", /./, { field: "email", text: "The mail with the code could not be sent. Is the address right?" }],
  ["InvalidParameterException", /already confirmed/i, { to: "sign-in", text: CONFIRMED }],
  ["InvalidParameterException", /verified/i, { to: "confirm", text: "This address was never confirmed. That comes first; after it, choose a new password." }],
  ["InvalidParameterException", /email/i, { field: "email", text: "Cognito does not take this for an e-mail address." }],
  ["InvalidParameterException", /./, { text: "Cognito does not accept what was typed. Look it over, and try again." }],
  ["ResourceNotFoundException", /./, { text: "This lab's user pool is not there any more. Was the lab taken down?" }],
];

/** Returns what to tell the visitor: `text`, and perhaps its `field` or the step `to` continue with. */
export function inWords(error) {
  if (error instanceof Unreachable) {
    return { text: `${error.message}. Is the network there?` };
  }
  const row = ROWS.find(([type, pattern]) => type === error.type && pattern.test(error.detail || " "));
  return row?.[2] ?? { text: `Something went wrong that this page does not know: ${[error.message, error.detail].filter(Boolean).join(": ")}` };
}
