// A user pool: Cognito's public API with the site's users in it. Like the real one, it knows codes, tokens, locks.

import { randomInt, randomUUID } from "node:crypto";

import { bodyOf, serve } from "./server.js";

const CLIENT = "4fakeclient0000000000000000";
const TARGET = /^AWSCognitoIdentityProviderService\.(\w+)$/;
const TRIES = 5;

class Refused extends Error {
  constructor(type, message) {
    super(message);
    this.type = type;
  }
}

/** Starts a pool. What it does on demand is in what it gives. */
export async function startPool() {
  const users = new Map();
  const tokens = new Map();
  const refreshTokens = new Map();
  const mails = [];
  const calls = [];
  const failures = [];
  let lifetime = 3600;

  function userOf(email) {
    return users.get(email.toLowerCase());
  }

  function sendCode(user) {
    Object.assign(user, { code: String(randomInt(100_000, 1_000_000)), isCodeOld: false });
    mails.push({ to: user.email, code: user.code });
    return { CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" } };
  }

  function useCode(user, code) {
    if (!user || user.code !== code) {
      throw new Refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    if (user.isCodeOld) {
      throw new Refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
    }
    delete user.code;
  }

  function checkPassword(password) {
    const isGood = [/.{8}/, /[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/].every((rule) => rule.test(password));
    if (!isGood) {
      throw new Refused("InvalidPasswordException", "Password did not conform with policy");
    }
  }

  /** A token in the shape of Cognito's. Nobody checks its signature here. */
  function tokenFor(user) {
    const part = (content) => Buffer.from(JSON.stringify(content)).toString("base64url");
    const claims = { sub: user.sub, email: user.email, aud: CLIENT, token_use: "id", jti: randomUUID() };
    const token = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}.c2lnbmF0dXJl`;
    tokens.set(token, { user, isExpired: false });
    return token;
  }

  function sessionFor(user) {
    const RefreshToken = `refresh-${randomUUID()}`;
    refreshTokens.set(RefreshToken, user);
    return { AuthenticationResult: { ...renewed(user), RefreshToken } };
  }

  function renewed(user) {
    return { IdToken: tokenFor(user), AccessToken: "access", ExpiresIn: lifetime, TokenType: "Bearer" };
  }

  function byPassword({ USERNAME: email, PASSWORD: password }) {
    const user = userOf(email);
    if (user && user.tries >= TRIES) {
      throw new Refused("NotAuthorizedException", "Password attempts exceeded");
    }
    if (user?.password !== password) {
      if (user) {
        user.tries += 1;
      }
      throw new Refused("NotAuthorizedException", "Incorrect username or password.");
    }
    if (!user.isConfirmed) {
      throw new Refused("UserNotConfirmedException", "User is not confirmed.");
    }
    user.tries = 0;
    return sessionFor(user);
  }

  function byRefreshToken({ REFRESH_TOKEN: token }) {
    const user = refreshTokens.get(token);
    if (!user) {
      throw new Refused("NotAuthorizedException", "Refresh Token has been revoked");
    }
    return { AuthenticationResult: renewed(user) };
  }

  const OPERATIONS = {
    SignUp({ Username: email, Password: password, UserAttributes: attributes }) {
      if (attributes?.[0]?.Name !== "email" || attributes[0].Value !== email) {
        throw new Refused("InvalidParameterException", "Attributes did not conform to the schema");
      }
      if (userOf(email)) {
        throw new Refused("UsernameExistsException", "User already exists");
      }
      checkPassword(password);
      const user = { email, password, sub: randomUUID(), isConfirmed: false, tries: 0 };
      users.set(email.toLowerCase(), user);
      return { UserConfirmed: false, UserSub: user.sub, ...sendCode(user) };
    },
    ConfirmSignUp({ Username: email, ConfirmationCode: code }) {
      const user = userOf(email);
      if (user?.isConfirmed) {
        throw new Refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
      }
      useCode(user, code);
      user.isConfirmed = true;
      return {};
    },
    ResendConfirmationCode({ Username: email }) {
      const user = userOf(email);
      if (user?.isConfirmed) {
        throw new Refused("InvalidParameterException", "User is already confirmed.");
      }
      return user ? sendCode(user) : {};
    },
    InitiateAuth({ AuthFlow: flow, AuthParameters: parameters }) {
      return flow === "USER_PASSWORD_AUTH" ? byPassword(parameters) : byRefreshToken(parameters);
    },
    ForgotPassword({ Username: email }) {
      const user = userOf(email);
      if (user && !user.isConfirmed) {
        throw new Refused("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number");
      }
      return user ? sendCode(user) : {};
    },
    ConfirmForgotPassword({ Username: email, ConfirmationCode: code, Password: password }) {
      checkPassword(password);
      const user = userOf(email);
      useCode(user, code);
      Object.assign(user, { password, tries: 0 });
      return {};
    },
    RevokeToken({ Token: token }) {
      refreshTokens.delete(token);
      return {};
    },
  };

  function perform(operation, body) {
    const index = failures.findIndex((failure) => failure.operation === operation);
    if (index >= 0) {
      const [{ type, message }] = failures.splice(index, 1);
      throw new Refused(type, message);
    }
    if (body.ClientId !== CLIENT) {
      throw new Refused("ResourceNotFoundException", "User pool client does not exist.");
    }
    return OPERATIONS[operation](body);
  }

  async function answer(request, response) {
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
      "x-amzn-requestid": `cognito-${calls.length + 1}`,
      "content-type": "application/x-amz-json-1.1",
    };
    if (request.method === "OPTIONS") {
      response.writeHead(200, { ...headers, "access-control-allow-headers": "content-type,x-amz-target" }).end();
      return;
    }
    const [, operation] = TARGET.exec(request.headers["x-amz-target"] ?? "") ?? [];
    const body = JSON.parse(await bodyOf(request));
    calls.push(operation);
    try {
      const result = perform(operation, body);
      response.writeHead(200, headers).end(JSON.stringify(result));
    } catch (error) {
      response.writeHead(400, headers).end(JSON.stringify({ __type: error.type, message: error.message }));
    }
  }

  const server = await serve(answer);
  return {
    ...server,
    client: CLIENT,
    /** The operations, in the order in which they came. */
    calls,
    /** The mails: `{ to, code }`. */
    mails,
    /** The newest code for an address. */
    codeFor: (email) => mails.findLast((mail) => mail.to === email).code,
    /** Makes a user who has already confirmed the address, unless told otherwise. */
    addUser(email, password, isConfirmed = true) {
      users.set(email.toLowerCase(), { email, password, sub: randomUUID(), isConfirmed, tries: 0 });
    },
    /** Whose token this is: the user, or why it is refused. */
    whose(token) {
      const found = tokens.get(token);
      if (!found) {
        return { refused: "Unauthorized" };
      }
      return found.isExpired ? { refused: "The incoming token has expired" } : { user: found.user };
    },
    expireTokens: () => tokens.forEach((token) => (token.isExpired = true)),
    revokeRefreshTokens: () => refreshTokens.clear(),
    refreshTokenCount: () => refreshTokens.size,
    expireCodes: () => users.forEach((user) => (user.isCodeOld = true)),
    /** How many seconds tokens last from now on. */
    letTokensLast(seconds) {
      lifetime = seconds;
    },
    /** Refuses the next call of an operation. */
    failNext: (operation, type, message = "") => failures.push({ operation, type, message }),
  };
}
