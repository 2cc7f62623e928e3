// Where this site is served from.
// `mysfits deploy` fills in the values below when it publishes the site.
// This is the only file of the site that it changes.
window.MYSFITS = {
  bucket: "REPLACE_ME_BUCKET_NAME",
  region: "REPLACE_ME_REGION",
  backend: "REPLACE_ME_SERVICE_URL",
};
