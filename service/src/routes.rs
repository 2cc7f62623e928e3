//! The paths of the API.

use axum::{
    Json, Router,
    extract::{
        FromRef, Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderName, Method, header},
    middleware,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_http::cors::{Any, CorsLayer};

use crate::{
    failure::Failure,
    frame::{REQUEST_ID, frame, limits},
    mysfit::Mysfit,
    table::{Axis, Likes, Table},
    visitor::{UserPool, Visitor},
};

/// DynamoDB accepts no longer partition keys, in bytes.
const LONGEST_KEY: usize = 2048;

/// What the page may read of an answer: the request's id here, and those that API Gateway adds to
/// whatever passes through it. A proxy integration cannot change the headers of an answer, so that
/// only the backend can say so.
const EXPOSED: [&str; 3] = [REQUEST_ID, "x-amzn-requestid", "x-amz-apigw-id"];

/// What the paths work with.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) table: Table,
    pub(crate) user_pool: Option<UserPool>,
}

impl FromRef<App> for Table {
    fn from_ref(app: &App) -> Self {
        app.table.clone()
    }
}

/// Builds the API over a table.
pub(crate) fn app(app: App) -> Router {
    Router::new()
        .route("/", get(health))
        .route("/mysfits", get(list))
        .route("/mysfits/{id}", get(profile))
        .route("/mysfits/{id}/like", post(like))
        .route("/mysfits/{id}/adopt", post(adopt))
        .route("/mysfits/{id}/give-back", post(give_back))
        .fallback(async || Failure::NoSuchPath)
        .method_not_allowed_fallback(async || Failure::Method)
        .with_state(app)
        // The last one is the outermost: even a request beyond its limits gets the headers of CORS,
        // and a preflight gets an id and a line in the log.
        .layer(middleware::from_fn(limits))
        .layer(cors())
        .layer(middleware::from_fn(frame))
}

/// The page comes from another origin than this API, and part 4 sends a token along.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION])
        .expose_headers(EXPOSED.map(HeaderName::from_static))
}

/// The load balancer requests this every few seconds. It does not query the table, because a task
/// is not unhealthy when the table is.
async fn health() -> Json<Value> {
    Json(json!({ "message": "Nothing here, used for health check. Try /mysfits instead." }))
}

#[derive(Deserialize)]
struct Filter {
    filter: Option<String>,
    value: Option<String>,
}

#[derive(Serialize)]
struct Mysfits {
    mysfits: Vec<Mysfit>,
}

async fn list(
    State(table): State<Table>,
    query: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Mysfits>, Failure> {
    let Query(Filter { filter, value }) = query.map_err(|_| Failure::Unreadable)?;
    let mysfits = match filter.filter(|name| !name.is_empty()) {
        None => table.all().await?,
        Some(name) => {
            let axis = Axis::named(&name).ok_or(Failure::UnknownFilter)?;
            let value = value.filter(|value| !value.is_empty()).ok_or(Failure::NoValue)?;
            table.matching(axis, key(value)?).await?
        }
    };
    Ok(Json(Mysfits { mysfits }))
}

/// The id in a path.
type Id = Result<Path<String>, PathRejection>;

async fn profile(State(table): State<Table>, id: Id) -> Result<Json<Mysfit>, Failure> {
    Ok(Json(table.get(read(id)?).await?))
}

async fn like(
    State(table): State<Table>,
    visitor: Visitor,
    id: Id,
) -> Result<Json<Value>, Failure> {
    let Likes { likes, counted } = table.like(read(id)?, visitor).await?;
    Ok(Json(match counted {
        None => json!({ "Update": "Success", "likes": likes }),
        Some(counted) => json!({ "Update": "Success", "likes": likes, "counted": counted }),
    }))
}

async fn adopt(
    State(table): State<Table>,
    visitor: Visitor,
    id: Id,
) -> Result<Json<Value>, Failure> {
    table.adopt(read(id)?, visitor).await?;
    Ok(Json(json!({ "Update": "Success", "adopted": true })))
}

async fn give_back(
    State(table): State<Table>,
    visitor: Visitor,
    id: Id,
) -> Result<Json<Value>, Failure> {
    table.give_back(read(id)?, visitor).await?;
    Ok(Json(json!({ "Update": "Success", "adopted": false })))
}

fn read(id: Id) -> Result<String, Failure> {
    let Path(id) = id.map_err(|_| Failure::Unreadable)?;
    // DynamoDB refuses an empty key.
    if id.is_empty() { Err(Failure::NoSuchMysfit) } else { key(id) }
}

fn key(text: String) -> Result<String, Failure> {
    if text.len() > LONGEST_KEY { Err(Failure::TooLong) } else { Ok(text) }
}
