// The calls to Cognito's public JSON API. They need no library and no key: only the id of the user pool's client.
// A site on plain http has no `crypto.subtle`, which the SRP sign-in would need; the password goes to Cognito over https.

import { request } from "../request.js";
import { cognito, userPoolClient } from "../settings.js";

const PATIENCE_SECONDS = 20;

/** Cognito has refused. `type` is its name for the reason. The message can follow a colon. */
export class CognitoError extends Error {
  constructor(type, detail) {
    super(`Cognito answered ${type}`);
    this.type = type;
    this.detail = detail;
  }
}

/** Creates an account. Cognito sends a code to its address. */
export const signUp = (email, password) =>
  call("SignUp", { Username: email, Password: password, UserAttributes: [{ Name: "email", Value: email }] });

/** Proves with the code that the address is the visitor's. */
export const confirmSignUp = (email, code) => call("ConfirmSignUp", { Username: email, ConfirmationCode: code });

/** Sends another code. */
export const resendCode = (email) => call("ResendConfirmationCode", { Username: email });

/** Sends a code with which to choose a new password. */
export const forgotPassword = (email) => call("ForgotPassword", { Username: email });

/** Changes the password. */
export const confirmForgotPassword = (email, code, password) =>
  call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });

/** Returns the tokens for a password. */
export const signIn = (email, password) => tokens("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD: password });

/** Returns new tokens for a refresh token. */
export const refresh = (refreshToken) => tokens("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken });

/** Revokes a refresh token. */
export const revokeToken = (refreshToken) =>
  // The page may be closing.
  call("RevokeToken", { Token: refreshToken }, { keepalive: true });

async function tokens(flow, parameters) {
  const answer = await call("InitiateAuth", { AuthFlow: flow, AuthParameters: parameters });
  if (!answer.AuthenticationResult) {
    // A second factor, or a password that an administrator has set: nothing that this site's visitors can meet.
    throw new CognitoError("a challenge", answer.ChallengeName);
  }
  return answer.AuthenticationResult;
}

async function call(operation, parameters, options = {}) {
  const response = await request(`${cognito}/`, {
    name: "Cognito",
    operation,
    patience: PATIENCE_SECONDS,
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify({ ClientId: userPoolClient, ...parameters }),
    cache: "no-store",
    ...options,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    // Such as `com.amazonaws.cognito#CodeMismatchException`, with or without the part before the `#`.
    const type = String(answer.__type ?? `status ${response.status}`);
    throw new CognitoError(type.slice(type.indexOf("#") + 1), String(answer.message ?? ""));
  }
  return answer;
}
