"""The services that keep data: DynamoDB and its streams, S3."""

from helpers.aws import create_bucket, create_table, make_public, put_mysfits

TABLE, BUCKET = "MysfitsTable", "a-bucket-of-the-tour"
KEY = {"MysfitId": {"S": "4e53920c-505a-4a90-a694-b9300791f0ae"}}
VALUE = {":v": {"S": "Good"}, ":n": {"N": "1"}, ":l": {"L": [{"S": "a"}]}, ":s": {"SS": ["a"]}, ":t": {"S": "N"}}


def tour(cloud):
    """Calls both."""
    _dynamodb(cloud.client("dynamodb"), cloud.client("dynamodbstreams"))
    _s3(cloud.client("s3"))


def _dynamodb(dynamodb, streams):
    create_table(
        dynamodb,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    put_mysfits(dynamodb)
    table = dynamodb.describe_table(TableName=TABLE)["Table"]
    at = {"TableName": TABLE, "Key": KEY}

    def values(*names):
        return {"ExpressionAttributeValues": {name: VALUE[name] for name in names}}

    dynamodb.update_item(
        **at,
        UpdateExpression="SET #a = if_not_exists(#a, :n) + :n, L = list_append(:l, :l) ADD S :s REMOVE Age",
        ConditionExpression="(attribute_exists(MysfitId) AND NOT contains(Description, :v)) OR size(Species) > :n",
        ExpressionAttributeNames={"#a": "Likes"},
        ReturnValues="ALL_NEW",
        **values(":n", ":l", ":s", ":v"),
    )
    dynamodb.get_item(
        **at,
        ProjectionExpression="L[0], #n",
        ExpressionAttributeNames={"#n": "Name"},
        ConsistentRead=True,
    )
    index = table["GlobalSecondaryIndexes"][0]
    name = index["KeySchema"][0]["AttributeName"]
    dynamodb.query(
        TableName=TABLE,
        IndexName=index["IndexName"],
        KeyConditionExpression=f"{name} = :v",
        FilterExpression="begins_with(Species, :v) OR Age BETWEEN :n AND :n OR Age IN (:n, :v)",
        Limit=2,
        **values(":v", ":n"),
    )
    dynamodb.scan(
        TableName=TABLE,
        FilterExpression="attribute_type(Age, :t) OR Likes <> :n",
        Segment=0,
        TotalSegments=2,
        **values(":n", ":t"),
    )
    check = {"ConditionCheck": {**at, "ConditionExpression": "attribute_exists(MysfitId)"}}
    put = {
        "Put": {
            "TableName": TABLE,
            "Item": KEY | {"MysfitId": {"S": "b"}, "M": {"M": {"a": {"BOOL": True}}}},
        }
    }
    dynamodb.transact_write_items(TransactItems=[check, put], ClientRequestToken="a")
    dynamodb.transact_get_items(TransactItems=[{"Get": at}])
    dynamodb.batch_get_item(
        RequestItems={TABLE: {"Keys": [KEY], "ProjectionExpression": "Species"}}
    )
    dynamodb.execute_statement(
        Statement=f'SELECT * FROM "{TABLE}" WHERE MysfitId = ? AND Likes >= 0',
        Parameters=[{"S": "b"}],
    )
    dynamodb.execute_statement(
        Statement=f"UPDATE \"{TABLE}\" SET Name = 'a' REMOVE M WHERE MysfitId = 'b'"
    )
    dynamodb.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "T"}
    )
    dynamodb.tag_resource(ResourceArn=table["TableArn"], Tags=[{"Key": "a", "Value": "b"}])
    stream = streams.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    at_start = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    streams.get_records(
        ShardIterator=streams.get_shard_iterator(**at_start)["ShardIterator"], Limit=2
    )


def _s3(s3):
    create_bucket(s3, BUCKET)
    at = {"Bucket": BUCKET}
    make_public(s3, BUCKET, "s3:GetObject", "s3:ListBucket")
    s3.put_bucket_versioning(**at, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(**at, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    website = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
    s3.put_bucket_website(**at, WebsiteConfiguration=website)
    s3.put_bucket_ownership_controls(
        **at, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    put = s3.put_object(
        **at,
        Key="a/b c",
        Body=b"0123456789",
        ContentType="text/plain",
        Metadata={"a": "b"},
        Tagging="a=b",
        ChecksumAlgorithm="SHA256",
        CacheControl="no-cache",
    )
    one = at | {"Key": "a/b c"}
    s3.get_object(**one, Range="bytes=2-5", IfMatch=put["ETag"])
    s3.get_object(**one, VersionId=put["VersionId"], ResponseContentType="a/b")
    s3.head_object(**one)
    s3.put_object_tagging(**one, Tagging={"TagSet": [{"Key": "c", "Value": "d"}]})
    s3.copy_object(
        **at, Key="copy", CopySource=one, MetadataDirective="REPLACE", Metadata={"c": "d"}
    )
    s3.list_objects_v2(**at, Prefix="a", Delimiter="/", MaxKeys=1, EncodingType="url")
    s3.list_object_versions(**at, KeyMarker="a", MaxKeys=2)
    upload = s3.create_multipart_upload(**at, Key="parts")["UploadId"]
    part = at | {"Key": "parts", "UploadId": upload, "PartNumber": 1}
    made = s3.upload_part(**part, Body=b"a" * 99)
    s3.upload_part_copy(**(part | {"PartNumber": 2}), CopySource=one, CopySourceRange="bytes=1-3")
    s3.list_parts(**at, Key="parts", UploadId=upload)
    s3.list_multipart_uploads(**at)
    parts = {"Parts": [{"PartNumber": 1, "ETag": made["ETag"]}]}
    s3.complete_multipart_upload(**at, Key="parts", UploadId=upload, MultipartUpload=parts)
    s3.delete_objects(
        **at, Delete={"Objects": [{"Key": "copy"}, {"Key": "nothing"}], "Quiet": True}
    )
    s3.get_bucket_policy_status(**at)
