// Where this site is served from, and what it talks to.
// `mysfits deploy` fills in the values below when it publishes the site; what is not deployed yet stays empty.
// This is the only file of the site that it changes.
window.MYSFITS = {
  bucket: "REPLACE_ME_BUCKET_NAME",
  region: "REPLACE_ME_REGION",
  backend: "REPLACE_ME_SERVICE_URL",
  api: "REPLACE_ME_API_URL",
  cognito: "REPLACE_ME_COGNITO_URL",
  userPoolClient: "REPLACE_ME_COGNITO_USER_POOL_CLIENT_ID",
  nonce: "REPLACE_ME_NONCE",
};
