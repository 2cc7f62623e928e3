"""Values that programs trip over."""

import base64
import json

NUMBERS = [
    0, -1, 1, 2, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53 + 1, 2**63 - 1, 2**63,
    -(2**63), 2**64 - 1, 2**64, 10**40, 0.1, -0.0, 1e308, 1e-308, 1.5, 100, 1000, 86400, 3653,
]
TEXTS = [
    "", " ", "\t", "\n", "\0", "null", "true", "0", "-1", "NaN", "1e999", "9" * 40, "0x10", "a", "A", "*",
    "?", "**", "*a*a*a*b", "%", "%s%n", "%00", "..", "../..", "../../../../fuzz-escape", "/tmp/fuzz-escape",
    "~/fuzz-escape", "\\..\\fuzz-escape", ".", "/", "//", "a/../b", "a//b", "file:///etc/passwd", "-", "--",
    "-rf", ";", "|", "`id`", "$(id)", "${a}", "#set($a=1)", "$util", "$input.json('$')", "#foreach($i in [1])",
    "{{}}", "{", "}", "[", "]", "(", ")", "<", ">", "&", "'", '"', "\\", "\u200b", "\u202e", "\ufeff", "\ud800",
    "é", "é", "ß", "İ", "ı", "𝕏", "👩‍👩‍👧", "\x1b]0;x\x07", "\x9b31m", "a\r\nb: c", "arn:aws:s3:::x",
    "arn:aws:iam::000000000000:role/x", "arn:", "arn:::::", "arn:aws:ecs:eu-west-1:000000000000:task/x/y",
    "0.0.0.0/0", "10.0.0.0/33", "10.0.0.0/-1", "::/0", "256.1.1.1", "10.0.0.0/8", "127.0.0.1", "localhost",
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00", "253402300800", "-62135596801", "eu-west-1",
    "us-gov-west-1", "sha256:" + "0" * 64, "sha256:", "bytes=0-", "bytes=9-1", "bytes=-0", "bytes=0-0,1-1",
    f"bytes=0-{2**64}", "latest", ":latest", "@", "a@b", "aws:tag", "mysfits:lab", "application/json",
    "gzip", "aws-chunked", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "SET a = :v", "REMOVE a[0]", "ADD a :v", "DELETE a :v", "a = :v AND b", "size(a) > :v", "NOT a", "#a.#b[0]",
    "a BETWEEN :v AND", "contains(a, :v", "attribute_exists(a) OR attribute_exists(b)", "begins_with(a, :v)",
    'SELECT * FROM "MysfitsTable"', "SELECT * FROM \"MysfitsTable\".\"x\" WHERE a IN ['b']", "INSERT INTO x VALUE {}",
    "DROP TABLE x", '?"a"', '[a, b=1]', '{ $.a = "b" }', "%a%", "sub = \"x\"", 'email ^= "a', "cognito:user_status",
    "(a+)+$", "^(a|a)*$", "[[:alpha:]]", "\\p{L}{1,9999}", "{proxy+}", "/{a}/{a}", "{+}", "$default", "prod",
]
DOCUMENTS = [
    {}, [], {"Version": "2012-10-17", "Statement": []}, {"Version": "2012-10-17", "Statement": [{}]},
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}},
    {"Resources": {}}, {"Resources": {"A": {"Type": "AWS::EC2::VPC"}}},
    {"Resources": {"A": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "A"}}}}},
    {"Resources": {"A": {"Type": "AWS::Logs::LogGroup", "DependsOn": "B"}, "B": {"Type": "AWS::Logs::LogGroup", "DependsOn": "A"}}},
    {"Resources": {"A": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": "${A.${B}}"}}}}},
    {"Conditions": {"A": {"Fn::And": [{"Condition": "A"}, {"Condition": "A"}]}}, "Resources": {"A": {"Type": "AWS::EC2::EIP", "Condition": "A"}}},
    {"Fn::Select": [9**20, [1]]}, {"Fn::Cidr": ["10.0.0.0/8", 256, 99]}, {"Fn::Split": ["", "a"]}, {"Fn::GetAZs": {}},
    {"Fn::FindInMap": ["a", "b", "c"]}, {"Fn::Join": ["", [{"Ref": "AWS::NoValue"}]]}, {"Ref": []}, {"Fn::If": []},
    {"swagger": "2.0", "paths": {}}, {"openapi": "3.0.1", "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": {}}}},
    {"swagger": "2.0", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}}},
    {"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/a"}}},
    {"schemaVersion": 2, "config": {}, "layers": []}, {"schemaVersion": 1}, {"alg": "none"},
    {"S": "a"}, {"N": "1e126"}, {"N": "--1"}, {"M": {}}, {"L": []}, {"SS": []}, {"NS": ["1", "1"]}, {"B": "!"},
    {"NULL": False}, {"S": "a", "N": "1"},
]
YAML = [
    "a: &a [*a]", "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]", "Resources:\n  A:\n    Type: !Sub '${A}'", "!Ref A",
    "!GetAtt\n- A", "? [a]\n: b", "---\n---\n", "a: !!binary x", "{" * 100, "Resources: !If [a, b, c]", "\t- a",
]


def deep(dice):
    """A value nested more or less deeply."""
    depth = dice.choice([5, 20, 100, 130, 500, 3000])
    opening, closing = dice.choice([("[", "]"), ('{"a":', "}"), ('{"M":{"a":', "}}"), ('{"L":[', "]}")])
    return opening * depth + dice.choice(["1", '""', "null", '{"S":"a"}']) + closing * depth


def long(dice):
    """A long text."""
    size = dice.choice([64, 129, 256, 257, 1025, 2049, 4097, 10_000, 70_000])
    return dice.choice(["a", "1", " ", "é", "*", "(", "not ", "a.", "[0]", "#a ", "/", "<a>", "%", "\0"]) * size


def text(dice):
    """A text that is hard to take."""
    chosen = dice.random()
    if chosen < 0.7:
        return dice.choice(TEXTS)
    if chosen < 0.8:
        return long(dice) if dice.random() < 0.3 else dice.choice(TEXTS) + dice.choice(TEXTS)
    if chosen < 0.9:
        return json.dumps(dice.choice(DOCUMENTS))
    if chosen < 0.93:
        return dice.choice(YAML)
    if chosen < 0.95:
        return deep(dice)
    if chosen < 0.97:
        return base64.b64encode(dice.randbytes(dice.choice([1, 16, 300]))).decode()
    return str(dice.choice(NUMBERS))


def anything(dice):
    """A value of JSON of any type."""
    chosen = dice.random()
    if chosen < 0.5:
        return text(dice)
    if chosen < 0.7:
        return dice.choice(NUMBERS)
    if chosen < 0.85:
        return dice.choice(DOCUMENTS)
    return dice.choice([None, True, False, [], {}, [None], [[]], {"": ""}, ["a"] * 101])


def bent(dice, original):
    """A text a little different from what it was."""
    at = dice.randint(0, len(original))
    match dice.randrange(8):
        case 0:
            return original[:at]
        case 1:
            return original[at:]
        case 2:
            return original[:at] + dice.choice(TEXTS) + original[at:]
        case 3:
            return original * dice.choice([2, 3, 50])
        case 4:
            return original.swapcase()
        case 5:
            return original[:at] + chr(dice.choice([0, 10, 34, 37, 47, 58, 92, 127, 128, 255, 0x2028])) + original[at + 1 :]
        case 6:
            return original[::-1]
        case _:
            return original + dice.choice([" ", "/", "\0", "*", ".", "%", "\n", "'"])
