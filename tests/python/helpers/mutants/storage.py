"""What can be wrong with the bucket, the site and the tables."""

import json

from helpers.aws import template, wait
from helpers.mutants import gone, mutant, swap

# Not Evangeline, whose profile is asked for.
PAULY = "2b473002-36f8-4b87-954e-9a377e0ccbec"
BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}
WEBSITE = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}


def block(lab, changed):
    lab.s3.put_public_access_block(
        Bucket=lab.bucket, PublicAccessBlockConfiguration=BLOCK | changed
    )


def website(lab, configuration):
    lab.s3.put_bucket_website(Bucket=lab.bucket, WebsiteConfiguration=configuration)


swap("bucket-public-policy", block, {"BlockPublicPolicy": True}, {})
swap("bucket-public-reads", block, {"RestrictPublicBuckets": True}, {})
swap("bucket-no-public-acls", block, {"BlockPublicAcls": False}, {})
swap("bucket-ignores-acls", block, {"IgnorePublicAcls": False}, {})
swap("bucket-index", website, WEBSITE | {"IndexDocument": {"Suffix": "home.html"}}, WEBSITE)
swap("bucket-error", website, {"IndexDocument": {"Suffix": "index.html"}}, WEBSITE)


def remove_bucket(lab):
    for found in lab.s3.list_objects_v2(Bucket=lab.bucket)["Contents"]:
        lab.s3.delete_object(Bucket=lab.bucket, Key=found["Key"])
    lab.s3.delete_bucket(Bucket=lab.bucket)


gone("bucket", remove_bucket)


def of_object(check, key, **changed):
    """A mutant of an object of the site: other than it was, or gone."""

    @mutant(check)
    def swapped(lab):
        right = lab.object(key)
        if changed:
            lab.put_object(key, right | changed)
        else:
            lab.s3.delete_object(Bucket=lab.bucket, Key=key)
        yield
        lab.put_object(key, right)


of_object("site-page", "index.html", Body=b"<!doctype html><title>My first page</title>")
of_object("site-type", "index.html", ContentType="binary/octet-stream")
of_object("site-script", "js/main.js")
of_object("site-pictures", "images/chimera.svg", ContentType="text/xml")
of_object("site-fresh", "config.js", CacheControl="max-age=3600")
of_object("site-error", "error.html")


def of_config(check, name, value):
    """A mutant of a value in the configuration of the site."""

    @mutant(check)
    def swapped(lab):
        right = lab.object("config.js")
        lab.put_object("config.js", right | {"Body": lab.config_with(name, value)})
        yield
        lab.put_object("config.js", right)


of_config("site-config", "region", "REPLACE_ME_REGION")
of_config("site-names-backend", "backend", "http://mysfits.example")
of_config("cognito-encrypted", "cognito", "http://cognito.example")
of_config("site-names-client", "userPoolClient", "another")
of_config("api-encrypted", "api", "http://api.example/prod")
of_config("site-names-api", "api", "https://api.example/prod")


def remove_table(lab):
    lab.dynamodb.delete_table(TableName="MysfitsTable")
    wait(lab.dynamodb, "table_not_exists", TableName="MysfitsTable")


gone("table", remove_table)


def with_another_key(lab):
    remove_table(lab)
    made = template("dynamodb-table.json", TABLE_NAME="MysfitsTable")
    made["KeySchema"] = [{"AttributeName": "GoodEvil", "KeyType": "HASH"}]
    lab.dynamodb.create_table(**made)
    wait(lab.dynamodb, "table_exists", TableName="MysfitsTable")


@mutant("table-key")
def another_key(lab):
    with_another_key(lab)
    yield
    remove_table(lab)
    lab.deploy()


def of_index(check, name):
    """A mutant without an index, in a table that is made anew afterwards."""

    @mutant(check)
    def without(lab):
        remove_table(lab)
        made = template("dynamodb-table.json", TABLE_NAME="MysfitsTable")
        indexes = made["GlobalSecondaryIndexes"]
        made["GlobalSecondaryIndexes"] = [it for it in indexes if it["IndexName"] != name]
        keys = {key["AttributeName"] for it in made["GlobalSecondaryIndexes"] for key in it["KeySchema"]}
        keys |= {key["AttributeName"] for key in made["KeySchema"]}
        attributes = made["AttributeDefinitions"]
        made["AttributeDefinitions"] = [it for it in attributes if it["AttributeName"] in keys]
        lab.dynamodb.create_table(**made)
        wait(lab.dynamodb, "table_exists", TableName="MysfitsTable")
        yield
        remove_table(lab)
        lab.deploy()


of_index("table-law", "LawChaosIndex")
of_index("table-good", "GoodEvilIndex")


def capacity(lab, units):
    read, write = units
    throughput = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
    lab.dynamodb.update_table(TableName="MysfitsTable", ProvisionedThroughput=throughput)
    wait(lab.dynamodb, "table_exists", TableName="MysfitsTable")


swap("table-reads", capacity, (6, 5), (5, 5))
swap("table-writes", capacity, (5, 6), (5, 5))
gone("likes-table", lambda lab: lab.dynamodb.delete_table(TableName="MysfitsTableLikes"))


@mutant("likes-on-demand")
def provisioned(lab):
    lab.dynamodb.update_table(
        TableName="MysfitsTableLikes",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    yield
    lab.dynamodb.update_table(TableName="MysfitsTableLikes", BillingMode="PAY_PER_REQUEST")


def items():
    puts = json.loads(json.dumps(template("populate-dynamodb.json", TABLE_NAME="MysfitsTable")))
    return [put["PutRequest"]["Item"] for put in puts["MysfitsTable"]]


def without_items(check, is_one):
    """A mutant without some of the mysfits."""

    @mutant(check)
    def removed(lab):
        some = [item for item in items() if is_one(item["MysfitId"]["S"])]
        for item in some:
            lab.dynamodb.delete_item(TableName="MysfitsTable", Key={"MysfitId": item["MysfitId"]})
        yield
        for item in some:
            lab.dynamodb.put_item(TableName="MysfitsTable", Item=item)


without_items("mysfits", lambda _: True)
without_items("mysfits-all", lambda it: it == PAULY)
