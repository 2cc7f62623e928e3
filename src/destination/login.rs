//! A login at IAM Identity Center: where its portal is, and the token that `aws sso login` left
//! behind. It is no login to an account yet.

use aws_config::{SdkConfig, sso::SsoTokenProvider};
use aws_credential_types::provider::{
    SharedCredentialsProvider, error::TokenError, token::ProvideToken as _,
};
use aws_sdk_sts::config::Credentials;

use super::{
    Place, Profile, Settings,
    connect::Calls,
    credentials::causes,
    profile::Profiles,
    profiles::{LoginSettings, unreadable},
    ways,
};
use crate::{
    aws::{Access, Client, Guard, Token},
    error::{Code, Error, Result},
    lab::Region,
};

/// A login that has not ended.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The address at which one logs in.
    pub(crate) start_url: String,
    /// The session in the configuration file, if it has a name.
    pub(crate) session: Option<String>,
    /// The region of the portal.
    pub(crate) region: Region,
    /// The token.
    pub(crate) token: Token,
    config: SdkConfig,
    guard: Guard,
}

impl Login {
    /// Finds the login of the profile in use, and its token as the AWS CLI does. A token that is
    /// about to end is renewed where it can be.
    ///
    /// # Errors
    /// When the profile has no login, nobody has logged in, or the login has ended.
    pub(crate) async fn open(settings: &Settings, access: Access) -> Result<Self> {
        if let Place::Local { .. } = settings.place {
            let message = "the local cloud has no logins of IAM Identity Center";
            return Err(Error::new(Code::NoPortal, message)
                .hint("leave out `--local`, or use `--from organization`"));
        }
        let profiles = Profiles::read(settings.profile.as_ref()).await.ok_or_else(unreadable)?;
        let profile = settings.profile.as_ref();
        let login = profiles.login(&profiles.name).ok_or_else(|| no_portal(&profiles.name))?;
        let region = Region::new(&login.region)?;
        let ways = ways(settings, Some(&profiles));
        let http = settings.pool.open(&settings.place, &ways).await?.http;
        let calls = Calls::new(http, &region);
        let mut loader = calls.loader();
        if let Place::Endpoint(url) = &settings.place {
            loader = loader.endpoint_url(url);
        }
        // Whose keys there are does not matter: the token is instead of them.
        let config = loader.no_credentials().load().await;
        let token = token(&login, &config).await.map_err(|error| ended(&error, profile))?;
        let LoginSettings { session, start_url, .. } = login;
        Ok(Self { start_url, session, region, token, config, guard: Guard { access } })
    }

    /// Returns the settings by which a profile has this login.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        match &self.session {
            Some(session) => vec![("sso_session", session.clone())],
            None => vec![
                ("sso_start_url", self.start_url.clone()),
                ("sso_region", self.region.as_str().to_owned()),
            ],
        }
    }

    /// Returns a client for calls with the token.
    pub(crate) fn client<C: Client>(&self) -> C {
        C::guarded(&self.config, self.guard)
    }

    /// Returns a client for calls with keys that the portal has given.
    pub(crate) fn client_with<C: Client>(&self, id: &str, secret: &str, token: &str) -> C {
        let keys = Credentials::new(id, secret, Some(token.to_owned()), None, "the portal");
        let keys = SharedCredentialsProvider::new(keys);
        let config = self.config.clone().into_builder().credentials_provider(keys).build();
        C::guarded(&config, self.guard)
    }
}

/// Reads the token. The file of a session has its name, the one of a profile its start URL.
async fn token(login: &LoginSettings, config: &SdkConfig) -> Result<Token, TokenError> {
    let file = login.session.as_ref().unwrap_or(&login.start_url);
    let provider = SsoTokenProvider::builder()
        .configure(config)
        .region(aws_config::Region::new(login.region.clone()))
        .session_name(file)
        .start_url(&login.start_url);
    let token = provider.build().await.provide_token().await?;
    Ok(Token::new(token.token()))
}

fn ended(error: &TokenError, profile: Option<&Profile>) -> Error {
    let flag = profile.map_or_else(String::new, |it| format!(" --profile {}", it.name));
    let is_expired = causes(error).any(|cause| cause.to_string().contains("expired"));
    let (code, message) = if is_expired {
        (Code::ExpiredCredentials, "the login at IAM Identity Center has expired")
    } else {
        (Code::NoCredentials, "nobody has logged in at IAM Identity Center")
    };
    Error::new(code, message).hint(format!("log in with `aws sso login{flag}`"))
}

fn no_portal(profile: &str) -> Error {
    let message = format!("the profile `{profile}` has no login at IAM Identity Center");
    Error::new(Code::NoPortal, message)
        .hint("name one that has `sso_session` with `--profile`; `aws configure sso` makes one")
}
