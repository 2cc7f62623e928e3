//! Cognito's adapter for API Gateway: whose a token is.

use serde_json::{Map, Value};

use super::{Cognito, names, tokens::Token};
use crate::{
    ports::{Pools, TokenRefusal, TokenUse},
    times,
};

impl Pools for Cognito {
    /// As on AWS, only the token counts: a revoked one passes until it expires.
    fn claims(
        &self,
        pool_arns: &[String],
        token: &str,
        token_use: TokenUse,
    ) -> Result<Map<String, Value>, TokenRefusal> {
        let token = Token::parse(token).ok_or(TokenRefusal::Invalid)?;
        let issuing = token.pool().ok_or(TokenRefusal::Invalid)?;
        let mut pools = pool_arns.iter().filter_map(|arn| names::in_arn(arn));
        let (place, pool) =
            pools.find(|(_, pool)| *pool == issuing).ok_or(TokenRefusal::Invalid)?;
        // A deleted pool must not get new keys.
        self.pool(&place, pool, |_| ()).map_err(|_| TokenRefusal::Invalid)?;
        let keys = self.keys.of(pool).map_err(|_| TokenRefusal::Invalid)?;
        token.verify(&keys, &self.issuer(pool), token_use, times::now())?;
        Ok(token.claims)
    }
}
