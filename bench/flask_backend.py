"""The backend once more, as the lab had it: Flask's own server and boto3.

It stands in for the lab's original, whose licence does not let us carry it: the same framework, the
same server, the same calls of DynamoDB. `bench/backend` measures the two side by side.
"""

import os

import boto3
from flask import Flask, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app)
dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
TABLE = os.environ["TABLE_NAME"]


def mysfit(item):
    texts = {
        "mysfitId": "MysfitId", "name": "Name", "species": "Species", "description": "Description",
        "goodevil": "GoodEvil", "lawchaos": "LawChaos",
        "thumbImageUri": "ThumbImageUri", "profileImageUri": "ProfileImageUri",
    }
    found = {field: item[attribute]["S"] for field, attribute in texts.items()}
    numbers = {"age": int(item["Age"]["N"]), "likes": int(item["Likes"]["N"])}
    return found | numbers | {"adopted": item["Adopted"]["BOOL"]}


@app.route("/")
def health():
    return jsonify({"message": "Nothing here, used for health check. Try /mysfits instead."})


@app.route("/mysfits")
def mysfits():
    axis = request.args.get("filter")
    if axis:
        answer = dynamodb.query(
            TableName=TABLE, IndexName=f"{axis}Index",
            KeyConditionExpression="#axis = :value", ExpressionAttributeNames={"#axis": axis},
            ExpressionAttributeValues={":value": {"S": request.args["value"]}},
        )
    else:
        answer = dynamodb.scan(TableName=TABLE)
    return jsonify({"mysfits": [mysfit(item) for item in answer["Items"]]})


@app.route("/mysfits/<mysfit_id>")
def profile(mysfit_id):
    answer = dynamodb.get_item(TableName=TABLE, Key={"MysfitId": {"S": mysfit_id}})
    return jsonify(mysfit(answer["Item"]))


@app.route("/mysfits/<mysfit_id>/like", methods=["POST"])
def like(mysfit_id):
    dynamodb.update_item(
        TableName=TABLE, Key={"MysfitId": {"S": mysfit_id}},
        UpdateExpression="SET Likes = Likes + :one", ExpressionAttributeValues={":one": {"N": "1"}},
    )
    return jsonify({"Update": "Success"})


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
