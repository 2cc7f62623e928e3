//! The website endpoint.

use super::*;

const PAGES: &str = "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix>\
                     </IndexDocument><ErrorDocument><Key>oops.html</Key></ErrorDocument>\
                     </WebsiteConfiguration>";

async fn visit(cloud: &Cloud, path: &str) -> Answer {
    cloud.s3.website("site", call(Method::GET, path, "")).await
}

/// Creates a website with an index, a folder, a style and no error document yet.
async fn website() -> Cloud {
    let cloud = Cloud::with_site().await;
    open_to_everyone(&cloud).await;
    cloud.put("/site?website", PAGES).await;
    for (key, content_type) in
        [("index.html", "text/html"), ("docs/index.html", "text/html"), ("a.css", "text/css")]
    {
        let put = call(Method::PUT, &format!("/site/{key}"), key);
        cloud
            .send(with(with(put, "content-type", content_type), "cache-control", "no-cache"))
            .await;
    }
    cloud
}

#[tokio::test]
async fn folders_have_index_documents() {
    let cloud = website().await;
    for (path, page) in
        [("/", "index.html"), ("/docs/", "docs/index.html"), ("/index.html", "index.html")]
    {
        let answer = visit(&cloud, path).await;
        assert_eq!((answer.status().as_u16(), text(&answer).as_str()), (200, page));
        assert_eq!(header(&answer, "content-type"), Some("text/html"));
        assert_eq!(header(&answer, "cache-control"), Some("no-cache"));
    }
    assert_eq!(header(&visit(&cloud, "/a.css").await, "content-type"), Some("text/css"));
    let moved = visit(&cloud, "/docs").await;
    assert_eq!((moved.status().as_u16(), header(&moved, "location")), (302, Some("./docs/")));
}

#[tokio::test]
async fn the_error_document_keeps_the_status() {
    let cloud = website().await;
    let plain = visit(&cloud, "/none").await;
    assert_eq!(plain.status(), 403);
    assert!(text(&plain).contains("Code: AccessDenied"));
    assert!(header(&plain, "content-type").unwrap().starts_with("text/html"));

    cloud.put("/site/oops.html", "oops").await;
    let own = visit(&cloud, "/none").await;
    assert_eq!((own.status().as_u16(), text(&own).as_str()), (403, "oops"));

    let listing = PUBLIC.replace(r#""s3:GetObject","Resource":"arn:aws:s3:::site/*""#,
        r#"["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::site","arn:aws:s3:::site/*"]"#);
    assert_eq!(cloud.put("/site?policy", &listing).await.status(), 204);
    let own = visit(&cloud, "/none").await;
    assert_eq!((own.status().as_u16(), text(&own).as_str()), (404, "oops"));
}

#[tokio::test]
async fn a_browser_revalidates() {
    let cloud = website().await;
    let etag = header(&visit(&cloud, "/").await, "etag").unwrap().to_owned();
    let again = with(call(Method::GET, "/", ""), "if-none-match", &etag);
    let answer = cloud.s3.website("site", again).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (304, 0));
    let head = cloud.s3.website("site", call(Method::HEAD, "/", "")).await;
    assert_eq!((header(&head, "content-length"), head.body().len()), (Some("10"), 0));
}

#[tokio::test]
async fn a_website_needs_bucket_configuration_policy_and_a_read() {
    let cloud = website().await;
    let put = cloud.s3.website("site", call(Method::PUT, "/", "")).await;
    assert_eq!(put.status(), 405);
    let unknown = cloud.s3.website("none", call(Method::GET, "/", "")).await;
    assert_eq!(unknown.status(), 404);
    assert!(text(&unknown).contains("Code: NoSuchBucket"));

    cloud.delete("/site?policy").await;
    assert_eq!(visit(&cloud, "/").await.status(), 403);
    assert_eq!(cloud.delete("/site?website").await.status(), 204);
    let bare = visit(&cloud, "/").await;
    assert_eq!(bare.status(), 404);
    assert!(text(&bare).contains("Code: NoSuchWebsiteConfiguration"));
}

#[tokio::test]
async fn all_requests_can_go_elsewhere() {
    let cloud = website().await;
    let body = "<WebsiteConfiguration><RedirectAllRequestsTo><HostName>example.com</HostName>\
                <Protocol>https</Protocol></RedirectAllRequestsTo></WebsiteConfiguration>";
    cloud.put("/site?website", body).await;
    let answer = visit(&cloud, "/docs/a?b=c").await;
    assert_eq!(answer.status(), 301);
    assert_eq!(header(&answer, "location"), Some("https://example.com/docs/a"));
}
