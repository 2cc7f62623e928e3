"""What can be wrong with how the backend answers: another program stands before it."""

import json

from helpers.mutants import mutant

CORS = {"Access-Control-Allow-Origin": "*"}


def of_answer(check, answer):
    """A mutant in which some requests get another answer than the backend's."""

    @mutant(check)
    def answered(lab):
        with lab.instead(answer):
            yield


def says(json_of, path, through_api):
    """This JSON for a path."""

    def answer(asked):
        if asked.through_api == through_api and asked.path == path:
            return 200, CORS, json.dumps(json_of).encode()
        return None

    return answer


LIST, FILTER = "/mysfits", "/mysfits?filter=LawChaos&value=Lawful"
ONE = "/mysfits/4e53920c-505a-4a90-a694-b9300791f0ae"
of_answer("backend-list", says({"mysfits": [{}]}, LIST, False))
of_answer("backend-filter", says({"mysfits": [{"lawchaos": "Chaotic"}]}, FILTER, False))
of_answer("backend-profile", says({"name": "Pauly"}, ONE, False))
of_answer("api-filter", says({"mysfits": [{"lawchaos": "Chaotic"}]}, FILTER, True))
of_answer("api-profile", says({"name": "Pauly"}, ONE, True))


def unreadable(through_api):
    """The list of the backend, without the header that lets pages read it."""

    def answer(asked):
        if asked.through_api == through_api and asked.path == LIST:
            status, _, body = asked.forwarded()
            return status, {}, body
        return None

    return answer


of_answer("backend-cors", unreadable(False))
of_answer("api-cors", unreadable(True))


def unguarded(with_token):
    """A backend that asks nobody who comes past the API for a token, or takes any."""

    def answer(asked):
        if not asked.through_api and asked.path.endswith("/like") and bool(asked.token) == with_token:
            return 404, CORS, b"{}"
        return None

    return answer


of_answer("backend-guard", unguarded(False))
of_answer("backend-guard-nonsense", unguarded(True))
